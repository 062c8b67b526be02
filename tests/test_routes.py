"""Who may reach what: every route of our own, every role. A new route without a row here fails."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import Cast

# Routes of libraries, each with tests of its own where we configure it.
LIBRARY_PREFIXES = ("cms/", "_util/login/")
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
    "trainer",
    "liaison",
    "admin",
)
LOGIN = 302  # strangers are sent to the log-in page


@dataclass(frozen=True)
class Row:
    """What each role gets from a GET of one route; POST-only routes answer 405 to those who may."""

    name: str
    answers: dict[str, int]
    kwargs: Callable[[Cast], dict[str, object]] = field(default=lambda cast: {})


def everyone(code: int = 200) -> dict[str, int]:
    """The same answer for all."""
    return dict.fromkeys(ROLES, code)


def only(*roles: str, code: int = 200, others: int = 403) -> dict[str, int]:
    """`code` for these roles, the log-in page for strangers, `others` for everyone else."""
    answers = dict.fromkeys(ROLES, others) | {"anonymous": LOGIN}
    return answers | dict.fromkeys(roles, code)


OFFICERS = ("village_officer", "district_officer", "admin")

# --- regions ----------------------------------------------------------------------------------
REGION_ROWS: list[Row] = []
# --- members ----------------------------------------------------------------------------------
MEMBER_ROWS: list[Row] = []
# --- notifications ----------------------------------------------------------------------------
NOTIFICATION_ROWS: list[Row] = []
# --- quizzes ----------------------------------------------------------------------------------
QUIZ_ROWS: list[Row] = []
# --- training ---------------------------------------------------------------------------------
TRAINING_ROWS: list[Row] = []
# --- reports ----------------------------------------------------------------------------------
REPORT_ROWS: list[Row] = []
# --- certificates -----------------------------------------------------------------------------
CERTIFICATE_ROWS: list[Row] = []
# --- courses ----------------------------------------------------------------------------------
COURSE_ROWS: list[Row] = []
# --- monitoring -------------------------------------------------------------------------------
MONITORING_ROWS: list[Row] = []
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


def client_of(role: str, cast: Cast) -> Client:
    """A browser of somebody with this role."""
    client = Client()
    users = {"member": cast.member.user, "pending": cast.pending_member.user}
    if role != "anonymous":
        client.force_login(users.get(role) or getattr(cast, role))
    return client


def test_every_route_has_its_row():
    assert set(own_routes()) - {row.name for row in ROWS} == set()


def test_no_row_without_a_route():
    assert {row.name for row in ROWS} - set(own_routes()) == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_role_gets_its_answer(row: Row, cast: Cast):
    address = reverse(row.name, kwargs=row.kwargs(cast))
    found = {role: client_of(role, cast).get(address).status_code for role in ROLES}
    assert found == row.answers
