"""Who sees which report, and who may write and review where."""

import pytest

from members.access import Access
from regions.scope import Scope
from reports.models import ActivityReport
from reports.rights import review_scope, writing_scope
from tests.factories import ActivityReportFactory


@pytest.fixture
def everything(cast):
    """In Muara Ninian the member's draft, the officer's draft and something sent; something sent in Kapul."""
    return {
        "own draft": ActivityReportFactory(reporter=cast.member.user),
        "village draft": ActivityReportFactory(reporter=cast.village_officer),
        "village sent": ActivityReportFactory(sent=True, reporter=cast.village_officer),
        "village returned": ActivityReportFactory(returned=True, reporter=cast.village_officer),
        "neighbour sent": ActivityReportFactory(sent=True, village_id="63.11.02.2001"),
    }


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("member", {"own draft"}),
        ("other_member", set()),
        ("village_officer", {"own draft", "village draft", "village sent", "village returned"}),
        ("neighbour_village_officer", {"neighbour sent"}),
        ("district_officer", {"village sent", "village returned"}),
        ("neighbour_district_officer", {"neighbour sent"}),
        ("regency_officer", {"village sent", "village returned", "neighbour sent"}),
        ("admin", {"village sent", "village returned", "neighbour sent"}),
        ("trainer", set()),
        ("liaison", set()),
        ("stranger", set()),
    ],
)
def test_visible_to(who, seen, everything, cast, django_assert_max_num_queries):
    person = getattr(cast, who)
    access = Access(getattr(person, "user", person))
    with django_assert_max_num_queries(3):
        found = set(ActivityReport.objects.visible_to(access))
    assert {name for name, report in everything.items() if report in found} == seen


def test_within_is_everything_of_the_scope(everything):
    assert ActivityReport.objects.within(Scope.of("63.11.01")).count() == 4
    assert ActivityReport.objects.within(Scope.of()).count() == 0


def test_members_and_village_officers_write_for_their_village_only(cast):
    village = Scope.of("63.11.01.2001")
    assert writing_scope(Access(cast.member.user)) == writing_scope(Access(cast.village_officer)) == village
    for who in ("district_officer", "regency_officer", "admin", "trainer", "liaison", "stranger"):
        assert not writing_scope(Access(getattr(cast, who)))
    assert not writing_scope(Access(cast.pending_member.user))


def test_only_the_kecamatan_reviews(cast):
    assert review_scope(Access(cast.district_officer)) == Scope.of("63.11.01")
    for who in ("village_officer", "regency_officer", "admin", "liaison"):
        assert not review_scope(Access(getattr(cast, who)))
