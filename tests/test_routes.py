"""Who may reach what: every route of our own, every role. A new route without a row here fails."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from http.cookies import SimpleCookie
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from members.moves import ask_move
from quizzes.services import start_attempt
from regions.models import Region
from reports.photo_services import add_photos
from reports.services import send_report
from tests.cast import Cast
from tests.factories import (
    ActivityReportFactory,
    CertificateFactory,
    PeriodFactory,
    QuizFactory,
    TrainingRecordFactory,
    make_course,
    make_lesson,
)
from tests.files import picture
from training.evidence_rules import Details
from training.evidence_services import submit_evidence
from training.exemption_services import ask_exemption, grant_exemption
from training.fields import TrainingField
from training.models import Exemption, Extension, Policy

# Routes of libraries, each with tests of its own where we configure it.
LIBRARY_PREFIXES = ("cms/", "dokumen/", "_util/login/")
LIBRARY_NAMES = {
    "wagtail_serve",  # pages: tests/courses and tests/cms
    "wagtailcore_login",  # shadowed by a redirect to /masuk/: tests/lms/test_urls.py
    "wagtailcore_authenticate_with_password",  # pages with a shared password; we have none
}

ROLES = (
    "anonymous",
    "stranger",
    "pending",
    "member",
    "village_officer",
    "district_officer",
    "regency_officer",
    "trainer",
    "liaison",
    "admin",
)
# What any cache may keep, whoever asks: it holds nothing about anybody.
THE_SAME_FOR_ALL = {"regions:villages", "regions:children", "cms:media", "certificates:worker", "certificates:keys"}
LOGIN = 302  # strangers are sent to the log-in page


@dataclass(frozen=True)
class Row:
    """What each role gets from a GET of one route; what only takes POST answers 405 to those who may see its page.

    `acts` names who may see it and may not press it, and who is not led on by a POST of nothing.
    """

    name: str
    answers: dict[str, int]
    kwargs: Callable[[Cast], dict[str, object]] = field(default=lambda cast: {})
    acts: dict[str, int] = field(default_factory=dict)

    @property
    def takes_only_posts(self) -> bool:
        """Whether it is the address of a button."""
        return 405 in self.answers.values()

    @property
    def answers_to_posts(self) -> dict[str, int]:
        """What each role gets from a POST that says nothing."""
        return {role: 302 if code == 405 else code for role, code in self.answers.items()} | self.acts


def everyone(code: int = 200) -> dict[str, int]:
    """The same answer for all."""
    return dict.fromkeys(ROLES, code)


def only(*roles: str, code: int = 200, others: int = 403, **else_: int) -> dict[str, int]:
    """`code` for these roles but those named by themselves, the log-in page for strangers, `others` for the rest."""
    answers = dict.fromkeys(ROLES, others) | {"anonymous": LOGIN}
    return answers | dict.fromkeys(roles, code) | else_


OFFICERS = ("village_officer", "district_officer", "regency_officer", "admin")

# --- regions ----------------------------------------------------------------------------------
REGION_ROWS = [
    Row("regions:villages", everyone()),
    Row("regions:children", everyone(), lambda cast: {"code": "63.11.01"}),
]
# --- members ----------------------------------------------------------------------------------
LOGGED_IN = only(*ROLES[1:])
VISITOR = everyone(302) | {"anonymous": 200}  # who is logged in is sent to their own front page
RESET_KEY = {"uidb36": "1", "key": "set-password"}


def juai(pk_of: str = "pending_member", **answers: int) -> dict[str, Any]:
    """A page about somebody of Muara Ninian, for the officers whose region it lies in."""
    return {
        "answers": only(*OFFICERS) | answers,
        "kwargs": lambda cast: {"pk": getattr(cast, pk_of).pk},
    }


BUTTON = dict.fromkeys(OFFICERS, 405)
OFFICE = dict.fromkeys(OFFICERS, 200) | {"regency_officer": 403}  # above the kecamatan one only looks
NO_MEMBER = dict.fromkeys({*ROLES[1:]} - {"member", "pending"}, 404)
MEMBER_ROWS: list[Row] = [
    # allauth's pages at our addresses
    Row("account_login", VISITOR),
    Row("account_signup", VISITOR),
    Row("account_logout", everyone() | {"anonymous": 302}),
    Row("account_reset_password", everyone()),
    Row("account_reset_password_done", everyone()),
    Row("account_reset_password_from_key", everyone(), lambda cast: RESET_KEY),
    Row("account_reset_password_from_key_done", everyone()),
    Row("account_inactive", everyone()),
    Row("account_reauthenticate", LOGGED_IN),
    Row("account_email", LOGGED_IN),
    Row("account_email_verification_sent", everyone()),
    Row("account_confirm_email", everyone(), lambda cast: {"key": "salah"}),
    Row("account_change_password", LOGGED_IN),
    Row("account_set_password", everyone(302)),  # everybody here has a password to change instead
    Row("mfa_index", LOGGED_IN),
    Row("mfa_authenticate", everyone(302)),  # only in the middle of a log-in
    Row("mfa_reauthenticate", everyone(302)),  # nobody in the cast has a second factor
    Row("mfa_activate_totp", everyone(302)),  # asks for the password first: tests/members/test_second_factor.py
    Row("mfa_deactivate_totp", only(others=404)),
    Row("mfa_view_recovery_codes", only(others=404)),
    Row("mfa_generate_recovery_codes", everyone(302)),
    Row("mfa_download_recovery_codes", only(others=404)),
    # my own pages
    Row("members:account", LOGGED_IN),
    Row("members:consent", only(*ROLES[1:], code=405), acts=NO_MEMBER),
    Row("members:correct", only(others=404)),  # nobody in the cast was refused
    # officers
    Row("members:members", only(*OFFICERS)),
    Row("members:export", only(*OFFICERS)),
    Row("members:export_xlsx", only(*OFFICERS)),
    Row("members:add", only(*OFFICERS, regency_officer=403)),  # above the kecamatan one only looks
    Row("members:member", **juai()),
    Row("members:verify", **juai(**BUTTON), acts=OFFICE),
    Row("members:refuse", **juai(regency_officer=403)),
    Row("members:nik", **juai(**BUTTON), acts=OFFICE),
    Row("members:password_link", **juai(**BUTTON), acts=OFFICE),
]
# --- notifications ----------------------------------------------------------------------------
NOTIFICATION_ROWS: list[Row] = [
    Row("notifications:inbox", LOGGED_IN),
    Row("notifications:open", only(*ROLES[1:], code=405), lambda cast: {"pk": 1}, dict.fromkeys(ROLES[1:], 404)),
    Row("notifications:channels", LOGGED_IN),
    Row("notifications:read_all", only(*ROLES[1:], code=405)),
]
# --- quizzes ----------------------------------------------------------------------------------


def open_attempt(cast: Cast, **extra: object) -> dict[str, object]:
    """An attempt of the cast's member; everybody else's request of it finds no member, or not theirs."""
    return {"attempt_id": start_attempt(member=cast.member, quiz=QuizFactory()).pk, **extra}


QUIZ_ROWS = [
    Row("quizzes:attempt", only("member", code=302), open_attempt),
    Row("quizzes:question", only("member"), lambda cast: open_attempt(cast, position=1)),
    Row("quizzes:review", only("member"), open_attempt),
    Row("quizzes:submit", only("member", code=302), open_attempt),
    Row("quizzes:result", only("member", code=302), open_attempt),
]


# --- training ---------------------------------------------------------------------------------
def policy_of(code: str) -> Callable[[Cast], dict[str, object]]:
    """A policy of a region that has not begun."""
    return lambda cast: {"pk": Policy.objects.create(region_id=code, starts_on=date(2099, 1, 1)).pk}


HIGH = ("regency_officer", "admin")  # of a kabupaten or above
ABOVE = ("district_officer", "regency_officer", "admin")


def asked_exemption(cast: Cast) -> dict[str, object]:
    """An exemption that the village of the cast's member asked for."""
    facts = {"kind": "illness", "starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31), "reason": "Patah kaki"}
    (exemption,) = ask_exemption(members=[cast.member], by=cast.village_officer, **facts)
    return {"uuid": exemption.uuid}


def granted_exemption(cast: Cast) -> dict[str, object]:
    """The same, granted by the kecamatan."""
    found = asked_exemption(cast)
    grant_exemption(exemption=Exemption.objects.get(**found), by=cast.district_officer)
    return found


def asked_extension(cast: Cast) -> dict[str, object]:
    """An extension that the cast's member asked for."""
    extension = Extension.objects.create(
        member=cast.member, period=PeriodFactory(), until=date(2027, 1, 31), reason="Melaut", asked_by=cast.member.user
    )
    return {"uuid": extension.uuid}


def asked_move(cast: Cast) -> dict[str, object]:
    """The cast's member would move to Halong, says their village."""
    to = Region.objects.get(pk="63.11.02.2001")
    facts = {"village": to, "on": date(2026, 7, 1), "reason": "Menikah"}
    return {"uuid": ask_move(member=cast.member, by=cast.village_officer, **facts).uuid}


READERS = ("member", *OFFICERS)


def evidence_of_member(cast: Cast) -> dict[str, object]:
    """A training that the cast's member entered, with its photo."""
    details = Details("Dapur Umum", "BPBD", TrainingField.DISASTER, Decimal(8), date(2026, 8, 17))
    member = cast.member
    return {"uuid": submit_evidence(member=member, by=member.user, details=details, upload=picture()).uuid}


TRAINING_ROWS: list[Row] = [
    Row("training:policies", only(*OFFICERS)),
    Row("training:policy_new", only(*HIGH)),
    Row("training:policy", only(*HIGH), policy_of("63.11")),
    Row("training:policy_withdraw", only(*HIGH, code=405), policy_of("63.11")),
    Row("training:evidence_list", only(*READERS)),
    Row("training:evidence_new", only(*READERS)),
    Row("training:evidence_approve_chosen", only(*READERS, code=405)),
    Row("training:evidence_import", only(*OFFICERS)),
    Row("training:evidence_import_save", only(*OFFICERS, code=405)),
    Row("training:evidence_example", only(*OFFICERS)),
    Row("training:evidence", only(*READERS), evidence_of_member),
    Row("training:evidence_file", only(*READERS), evidence_of_member),
    Row("training:evidence_approve", only(*READERS, code=405), evidence_of_member, {"member": 403}),
    Row("training:evidence_refuse", only(*READERS, code=405), evidence_of_member, {"member": 403}),
    Row("training:exemptions", only(*OFFICERS)),
    Row("training:exemptions_csv", only(*OFFICERS)),
    Row("training:exemptions_xlsx", only(*OFFICERS)),
    Row("training:exemption_new", only(*OFFICERS)),
    Row("training:exemption_grant_chosen", only(*OFFICERS, code=405)),
    Row("training:exemption", only(*OFFICERS), asked_exemption),
    Row("training:exemption_grant", only(*OFFICERS, code=405), asked_exemption, {"village_officer": 403}),
    Row("training:exemption_attach", only(*OFFICERS, code=405), asked_exemption),
    Row("training:exemption_letter", only(*READERS, code=405), asked_exemption, dict.fromkeys(READERS, 404)),  # none
    Row("training:exemption_refuse", only(*ABOVE), asked_exemption),
    Row("training:exemption_withdraw", only(*ABOVE), granted_exemption),
    Row("training:extensions", only("member", *OFFICERS)),
    Row("training:extension_for", only(*OFFICERS), lambda cast: {"uuid": cast.member.uuid}),
    Row("training:extension", only("member", *OFFICERS), asked_extension),
    Row("training:extension_grant", only(*OFFICERS, code=405), asked_extension),
    Row("training:extension_refuse", only(*OFFICERS), asked_extension),
    Row("training:membership", **juai("member")),
    Row("training:membership_change", only(*OFFICERS), lambda cast: {"pk": cast.member.pk, "slug": "berhenti"}),
    Row("training:moves", only(*OFFICERS)),
    Row("training:move", only(*OFFICERS), asked_move),
    Row(
        "training:move_accept", only(*OFFICERS, code=405), asked_move, {"village_officer": 403, "district_officer": 403}
    ),
    Row("training:move_refuse", only(*HIGH), asked_move),
    Row("training:move_withdraw", only(*OFFICERS, code=405), asked_move),
    Row("training:reverse", only(*ABOVE), lambda cast: {"pk": TrainingRecordFactory(member=cast.member).pk}),
]


# --- reports ----------------------------------------------------------------------------------
def sent_report(cast: Cast) -> dict[str, object]:
    """A sent report of the cast's member, with one photo."""
    report = ActivityReportFactory(reporter=cast.member.user)
    add_photos(report=report, uploads=[picture()])
    return {"pk": send_report(report=report, by=cast.member.user).pk}


NO_WRITERS = dict.fromkeys(ABOVE, 403)
NO_DECIDERS = dict.fromkeys({*READERS} - {"district_officer"}, 403)
REPORT_ROWS: list[Row] = [
    Row("reports:list", only(*READERS)),
    Row("reports:export", only(*READERS)),
    Row("reports:export_xlsx", only(*READERS)),
    Row("reports:new", only("member", "village_officer")),
    Row("reports:report", only(*READERS), sent_report),
    Row("reports:pdf", only(*READERS), sent_report),
    Row("reports:photo", only(*READERS), lambda cast: sent_report(cast) | {"position": 1}),
    # what was sent is shown instead of its form; who may only read it gets 403
    Row("reports:edit", only("member", "village_officer", code=302), sent_report),
    # its writers: what was sent takes no more photos, and the rest leads to it
    Row("reports:photos", only(*READERS, code=405), sent_report, NO_WRITERS | {"member": 409, "village_officer": 409}),
    Row("reports:send", only(*READERS, code=405), sent_report, NO_WRITERS),
    Row("reports:discard", only(*READERS, code=405), sent_report, NO_WRITERS),
    # the kecamatan
    Row("reports:verify", only(*READERS, code=405), sent_report, NO_DECIDERS),
    Row("reports:return", only(*READERS, code=405), sent_report, NO_DECIDERS),
]


# --- certificates -----------------------------------------------------------------------------
def certificate_of_member(*keys: str) -> Callable[[Cast], dict[str, object]]:
    """The certificate of the cast's member, its PDF still to be made."""

    def kwargs(cast: Cast) -> dict[str, object]:
        certificate = CertificateFactory(record__member=cast.member)
        return {key: getattr(certificate, key) for key in keys}

    return kwargs


NO_RUN = dict.fromkeys(OFFICERS, 404)
CERTIFICATE_ROWS: list[Row] = [
    Row("certificates:mine", only("member", "pending")),
    Row("certificates:region", only(*OFFICERS)),
    Row("certificates:zip", only(*OFFICERS)),
    Row("certificates:order_print", only(*OFFICERS, code=405)),
    Row("certificates:order_issue", only(*OFFICERS, code=405)),
    Row("certificates:run", only(*OFFICERS, code=404), lambda cast: {"uuid": uuid4()}),
    Row("certificates:go_on", only(*OFFICERS, code=405), lambda cast: {"uuid": uuid4()}, NO_RUN),
    Row("certificates:again", only(*OFFICERS, code=405), lambda cast: {"uuid": uuid4()}, NO_RUN),
    Row("certificates:print_issued", only(*OFFICERS, code=405), lambda cast: {"uuid": uuid4()}, NO_RUN),
    Row("certificates:run_file", only(*OFFICERS, code=404), lambda cast: {"uuid": uuid4()}),
    Row("certificates:run_zip", only(*OFFICERS, code=404), lambda cast: {"uuid": uuid4()}),
    Row("certificates:pdf", only("member", *OFFICERS, code=202, others=404), certificate_of_member("uuid")),
    Row("certificates:preview", only("member", *OFFICERS, code=404, others=404), certificate_of_member("uuid")),
    Row("certificates:badge", only("member", *OFFICERS, others=404), certificate_of_member("uuid")),
    Row("certificates:revoke", only(*HIGH, others=404), certificate_of_member("uuid")),
    Row("certificates:reissue", only(*HIGH, others=404), certificate_of_member("uuid")),
    Row("certificates:sign", only(*HIGH, others=404), certificate_of_member("uuid")),
    Row("certificates:verify", everyone()),
    Row("certificates:offline", everyone()),
    Row("certificates:worker", everyone()),
    Row("certificates:keys", everyone()),
    Row("certificates:status_list", everyone(404), lambda cast: {"number": 4_000_000}),
    Row("certificates:verification", everyone(), certificate_of_member("token")),
    Row(
        "certificates:picture", everyone(404), certificate_of_member("token")
    ),  # no PDF yet; tests/certificates/test_pictures.py
    Row("certificates:verification_json", everyone(), certificate_of_member("token")),
]
# --- courses ----------------------------------------------------------------------------------
COURSE_ROWS: list[Row] = [
    Row("courses:learn", only(*(set(ROLES) - {"anonymous"}))),  # whoever is no active member reads why
    # Steps are POSTs; a GET of somebody who may leads back to the page.
    Row("courses:enrol", only("member", code=302), lambda cast: {"course_id": make_course().pk}),
    Row("courses:start_quiz", only("member", code=302), lambda cast: {"course_id": make_course().pk}),
    Row("courses:complete_lesson", only("member", code=302), lambda cast: {"lesson_id": make_lesson(make_course()).pk}),
    Row("cms:media", everyone(404), lambda cast: {"path": "tidak-ada.svg"}),
]
# --- monitoring -------------------------------------------------------------------------------
VILLAGE = {"code": "63.11.01.2001"}
MONITORING_ROWS: list[Row] = [
    Row("monitoring:home", only(*OFFICERS)),
    Row("monitoring:region", only(*OFFICERS), lambda cast: VILLAGE),
    Row("monitoring:figures", only(*OFFICERS), lambda cast: VILLAGE),
    Row("monitoring:table", only(*OFFICERS), lambda cast: VILLAGE),
    Row("monitoring:table_xlsx", only(*OFFICERS), lambda cast: VILLAGE),
    Row("monitoring:compare", only(*OFFICERS)),  # nothing chosen: tests/monitoring/test_compare.py
    Row("monitoring:weekly", only(*OFFICERS)),
    Row("monitoring:report", only(*OFFICERS), lambda cast: VILLAGE),
    Row("monitoring:late", only(*OFFICERS), lambda cast: VILLAGE),
    Row("monitoring:remind", only(*OFFICERS), lambda cast: VILLAGE),
    Row("monitoring:late_csv", only(*OFFICERS), lambda cast: VILLAGE),
    Row("monitoring:late_xlsx", only(*OFFICERS), lambda cast: VILLAGE),
    Row("monitoring:message_log", only(*OFFICERS), lambda cast: VILLAGE),
]
# --- operations -------------------------------------------------------------------------------
OPERATION_ROWS: list[Row] = [Row("healthz_live", everyone()), Row("healthz_ready", everyone())]

ROWS = [
    *REGION_ROWS,
    *MEMBER_ROWS,
    *NOTIFICATION_ROWS,
    *QUIZ_ROWS,
    *TRAINING_ROWS,
    *REPORT_ROWS,
    *CERTIFICATE_ROWS,
    *COURSE_ROWS,
    *MONITORING_ROWS,
    *OPERATION_ROWS,
]


def own_routes(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "", namespace: str = ""
) -> Iterator[str]:
    """Full names of every route that is not a library's."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(pattern.pattern)
        if address.startswith(LIBRARY_PREFIXES):
            continue
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from own_routes(pattern.url_patterns, address, inner)
        elif pattern.name not in LIBRARY_NAMES:
            yield f"{namespace}{pattern.name or address}"


@pytest.fixture(scope="module")
def sessions(cast_once: Cast) -> dict[str, SimpleCookie]:
    """The cookies of somebody with each role: logging in costs as much as a page."""
    users = {"member": cast_once.member.user, "pending": cast_once.pending_member.user}
    cookies = {"anonymous": SimpleCookie()}
    for role in ROLES[1:]:
        client = Client()
        client.force_login(users.get(role) or getattr(cast_once, role))
        cookies[role] = client.cookies
    return cookies


def client_of(cookies: SimpleCookie) -> Client:
    """A browser that has these cookies."""
    client = Client()
    client.cookies = deepcopy(cookies)
    return client


def test_every_route_has_its_row():
    assert set(own_routes()) - {row.name for row in ROWS} == set()


def test_no_row_without_a_route():
    assert {row.name for row in ROWS} - set(own_routes()) == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_role_gets_its_answer(row: Row, sessions: dict[str, SimpleCookie], cast: Cast):
    address = reverse(row.name, kwargs=row.kwargs(cast))
    answers = {role: client_of(sessions[role]).get(address) for role in ROLES}
    assert {role: answer.status_code for role, answer in answers.items()} == row.answers
    policies = {answer.headers["Content-Security-Policy"] for answer in answers.values()}
    assert not any("unsafe" in policy for policy in policies)
    kept = {role for role, answer in answers.items() if role != "anonymous" and not is_private(answer)}
    assert not kept or row.name in THE_SAME_FOR_ALL


@pytest.mark.parametrize("row", [row for row in ROWS if row.takes_only_posts], ids=lambda row: row.name)
def test_each_role_may_press_what_it_may(row: Row, sessions: dict[str, SimpleCookie], cast: Cast):
    address = reverse(row.name, kwargs=row.kwargs(cast))
    answers: dict[str, int] = {}
    for role in ROLES:
        with transaction.atomic():
            answers[role] = client_of(sessions[role]).post(address).status_code
            transaction.set_rollback(True)
    assert answers == row.answers_to_posts


def is_private(answer: HttpResponseBase) -> bool:
    """Whether only the person's own browser may keep it, if anybody."""
    told = answer.headers.get("Cache-Control", "")
    return "no-store" in told or "private" in told
