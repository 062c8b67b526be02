"""Who reaches which part of the CMS that is ours. A route of a new part without a row here fails."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from certificates.models import Design, NumberPattern, Predicate, Signatory
from courses.models import CoursePage
from members.models import RoleGrant
from notifications.models import MessageText
from tests.cast import Cast
from tests.factories import make_course

ROOMS = {
    "members",
    "certificates",
    "notifications",
    "quizzes",
    "courses",
    "training",
    "reports",
    "regions",
    "cms",
    "lms",
}


@dataclass(frozen=True)
class Part:
    """Some addresses under /cms/ about one model: who besides the admin opens them, and a row to ask for."""

    row: Callable[[Cast, CoursePage], Any]
    trainers: bool = False


def design(cast: Cast, course: CoursePage) -> Design:
    return Design.objects.create(name="Balangan", region_id="63.11")


def pattern(cast: Cast, course: CoursePage) -> NumberPattern:
    return NumberPattern.objects.create(region_id="63.11")


def predicate(cast: Cast, course: CoursePage) -> Predicate:
    return Predicate.objects.earliest("pk")


def signatory(cast: Cast, course: CoursePage) -> Signatory:
    return Signatory.objects.create(region_id="63.11", position="Kepala", name="Contoh")


def text(cast: Cast, course: CoursePage) -> MessageText:
    return MessageText.objects.create(topic="reminder_open")


CERTIFICATES = {"design": design, "numberpattern": pattern, "predicate": predicate, "signatory": signatory}
PARTS = {
    "kuis/": Part(lambda cast, course: course.quiz, trainers=True),
    "soal/": Part(lambda cast, course: course.quiz.bank.questions.earliest("pk"), trainers=True),
    "bank-soal/": Part(lambda cast, course: course.quiz.bank, trainers=True),
    "roles/": Part(lambda cast, course: RoleGrant.objects.get(user=cast.liaison)),
    "users/": Part(lambda cast, course: cast.stranger),
    **{f"snippets/certificates/{name}/": Part(row) for name, row in CERTIFICATES.items()},
    **{f"snippets/choose/certificates/{name}/": Part(row) for name, row in CERTIFICATES.items()},
    "snippets/choose/notifications/messagetext/": Part(text),
    "snippets/notifications/messagetext/": Part(text),
}
OPEN = {200, 405}  # what somebody with the right gets; some addresses are buttons
# Said of these alone: who has records is kept, and nothing was saved before.
OTHERWISE = {
    "wagtailusers_users:delete": 302,
    "roles:edit": 302,  # a role is given and taken, not changed
    "roles:usage": 302,
    "wagtailsnippets_certificates_design:revisions_view": 404,
    "wagtailsnippets_certificates_design:revisions_revert": 404,
    "wagtailsnippets_certificates_design:revisions_compare": 404,
    "wagtailsnippets_certificates_design:revisions_unschedule": 404,
}
NEVER = ("member", "village_officer", "district_officer", "regency_officer", "liaison", "stranger")


def own_routes(patterns: list[Any] | None = None, prefix: str = "", spaces: str = "") -> Iterator[tuple[str, str]]:
    """Address and full name of every route of the CMS whose view or model is ours."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces
            yield from own_routes(pattern.url_patterns, address, inner)
        elif address.startswith("cms/") and pattern.name and is_ours(pattern):
            yield address.removeprefix("cms/"), spaces + pattern.name


def is_ours(pattern: URLPattern) -> bool:
    """By where its view is written, or the model that it is about."""
    view: Any = pattern.callback
    about = getattr(view, "view_initkwargs", {}).get("model") or ""
    homes = getattr(view, "view_class", view).__module__, about if isinstance(about, str) else about.__module__
    return any(home.split(".")[0] in ROOMS for home in homes)


def part_of(address: str) -> str:
    return next((part for part in PARTS if address.startswith(part)), "")


ROUTES = list(own_routes())


def test_every_route_belongs_to_a_part():
    assert len(ROUTES) > 80
    assert [address for address, _ in ROUTES if not part_of(address)] == []
    assert {part_of(address) for address, _ in ROUTES} == set(PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_each_part_opens_to_whom_it_is_for(part: str, cast: Cast, client: Client):
    row = str(PARTS[part].row(cast, make_course()).pk)
    for role in ("admin", "trainer"):
        client.force_login(getattr(cast, role))
        may = role == "admin" or PARTS[part].trainers
        for address, name in ROUTES:
            if part_of(address) == part:
                code = client.get(reverse(name, args=[row] * address.count("<"))).status_code
                assert (code in OPEN or (may and code == OTHERWISE.get(name))) == may, (role, name, code)


@pytest.mark.parametrize("role", NEVER)
def test_the_others_open_none(role: str, cast: Cast, client: Client):
    person = getattr(cast, role)
    client.force_login(getattr(person, "user", person))
    for address, name in ROUTES:
        if "<" not in address:
            assert client.get(reverse(name)).status_code in {302, 403, 404}, name
