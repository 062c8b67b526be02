"""Planted damage of every kind is found, said, and mended only where asked."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from members.models import Member
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory, TrainingRecordFactory
from training.books import STANDING_FIELDS, TALLY_FIELDS
from training.closing import close_period
from training.models import ClosedTally, Standing, TrainingRecord, VillageTally
from training.reconciliation import reconcile
from training.services import open_period, record_training

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
VILLAGE = "63.11.01.2001"


@pytest.fixture
def books(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A period in order: everybody has a standing, one member has trained."""
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)
    open_period(period=PeriodFactory(), now=NOW)
    row = {"kind": "online", "title": "Dasar", "lesson_hours": 4, "completed_at": NOW}
    record_training(member=cast.member, source="course:1:a", **row)
    return cast


def test_books_in_order_show_no_difference(books: Cast):
    found = reconcile(now=NOW)
    assert found.differences == []
    assert (found.standings, found.tallies) == (3, 3)


DAMAGE: dict[str, Callable[[Cast], object]] = {
    "count too low": lambda c: Standing.objects.filter(member=c.member).update(counted=0, is_met=False, met_on=None),
    "count too high": lambda c: Standing.objects.filter(member=c.other_member).update(counted=2),
    "hours wrong": lambda c: Standing.objects.filter(member=c.member).update(lesson_hours=9),
    "wrongly unmet": lambda c: Standing.objects.filter(member=c.member).update(is_met=False, met_on=None),
    "met on another day": lambda c: Standing.objects.filter(member=c.member).update(met_on=date(2026, 7, 1)),
    "met on a day that is to come": lambda c: Standing.objects.filter(member=c.other_member).update(
        is_met=True, counted=1, met_on=date(2026, 12, 31)
    ),
    "exempt without an exemption": lambda c: Standing.objects.filter(member=c.other_member).update(
        is_exempt=True, needed=0
    ),
    "extended without an extension": lambda c: Standing.objects.filter(member=c.other_member).update(
        extended_to=date(2027, 1, 15)
    ),
    "need wrong": lambda c: Standing.objects.filter(member=c.other_member).update(needed=0),
    "wrong village": lambda c: Standing.objects.filter(member=c.member).update(village="63.11.02.2001"),
    "standing lost": lambda c: Standing.objects.filter(member=c.other_member).delete(),
    "member left": lambda c: Member.objects.filter(pk=c.member.pk).update(status="inactive"),
    "member moved": lambda c: Member.objects.filter(pk=c.member.pk).update(village="63.11.01.2002"),
    "ledger row behind our back": lambda c: TrainingRecordFactory(member=c.other_member, completed_at=NOW),
    "ledger row lost": lambda c: TrainingRecord.objects.filter(member=c.member)._raw_delete("default"),
    "courses asked for that the policy does not": lambda c: Standing.objects.filter(member=c.other_member).update(
        missing_courses=["Dasar"]
    ),
    "hours asked for that the policy does not": lambda c: Standing.objects.filter(member=c.other_member).update(
        hours_needed=6
    ),
    "wrongly not serving": lambda c: Standing.objects.filter(member=c.other_member).update(is_serving=False, needed=0),
    "tally too high": lambda c: VillageTally.objects.filter(village=VILLAGE).update(members=9, required=9),
    "tally too low": lambda c: VillageTally.objects.filter(village=VILLAGE).update(met=0, year_met=0),
    "year's figure too low": lambda c: VillageTally.objects.filter(village=VILLAGE).update(year_met=0),
    "tally lost": lambda c: VillageTally.objects.filter(village=VILLAGE).delete(),
    "tally of an empty village": lambda c: VillageTally.objects.create(
        village_id="63.09.01.2001", period=PeriodFactory(), members=3
    ),
}


OUTSIDE = {"member left", "member moved", "ledger row behind our back", "ledger row lost"}  # the books follow these


def kept() -> list[list[tuple[object, ...]]]:
    """All that the books say, empty villages aside."""
    tallies = VillageTally.objects.exclude(members=0).order_by("village").values_list("village", *TALLY_FIELDS)
    return [list(Standing.objects.order_by("member").values_list("member", *STANDING_FIELDS)), list(tallies)]


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found_and_only_fix_mends_it(books: Cast, kind: str):
    before = kept()
    DAMAGE[kind](books)
    damaged = kept()
    found = reconcile(now=NOW).differences
    assert found
    assert kept() == damaged
    assert reconcile(fix=True, now=NOW).differences == found
    assert reconcile(now=NOW).differences == []
    assert (kept() == before) == (kind not in OUTSIDE)


AFTER = datetime(2027, 2, 1, tzinfo=UTC)
CLOSED_DAMAGE: dict[str, Callable[[Cast], object]] = {
    "frozen figures lost": lambda c: ClosedTally.objects.filter(village=VILLAGE).delete(),
    "frozen figures raised": lambda c: ClosedTally.objects.filter(village=VILLAGE).update(members=5),
    "a standing of a closed half lost": lambda c: Standing.objects.filter(member=c.member).delete(),
    "a standing of a closed half moved": lambda c: Standing.objects.filter(member=c.member).update(
        village="63.11.02.2001"
    ),
    "a standing of a closed half not serving": lambda c: Standing.objects.filter(member=c.member).update(
        is_serving=False, needed=0, is_met=False, met_on=None
    ),
}


@pytest.mark.parametrize("damage", CLOSED_DAMAGE.values(), ids=CLOSED_DAMAGE)
def test_damage_of_a_closed_half_is_said_and_never_mended(books: Cast, damage: Callable[[Cast], object]):
    close_period(period=PeriodFactory(), now=AFTER)
    assert reconcile(now=AFTER).left == []
    damage(books)
    frozen = list(ClosedTally.objects.order_by("pk").values())
    found = reconcile(now=AFTER).left
    assert found[0].startswith(f"2026-2 {VILLAGE} closed:")
    assert reconcile(fix=True, now=AFTER).left == found
    assert reconcile(now=AFTER).left == found
    assert list(ClosedTally.objects.order_by("pk").values()) == frozen


FROZEN_DAMAGE = {
    "met lowered": {"met": 0, "year_met": 0},
    "the year's figure lowered": {"year_met": 0},
    "the year's figure forgotten": {"year_met": None},
    "members and required raised": {"members": 9, "required": 9},
    "exempt instead of required": {"required": 0, "met": 0, "year_met": 0, "exempt": 1},
}


@pytest.mark.parametrize("values", FROZEN_DAMAGE.values(), ids=FROZEN_DAMAGE)
def test_every_frozen_figure_is_held_against_the_closing(books: Cast, values: dict[str, int]):
    close_period(period=PeriodFactory(), now=AFTER)
    ClosedTally.objects.filter(village=VILLAGE).update(**values)
    found = reconcile(fix=True, now=AFTER)
    assert found.differences == []
    assert found.left[-1] == "2026-2 closed: the frozen figures are not those that were closed with"


LOST: dict[str, Callable[[Cast], object]] = {
    "lost": lambda c: Standing.objects.filter(member=c.member).delete(),
    "moved": lambda c: Standing.objects.filter(member=c.member).update(village="63.11.02.2001"),
    "not serving": lambda c: Standing.objects.filter(member=c.member).update(
        is_serving=False, needed=0, is_met=False, met_on=None
    ),
}


@pytest.mark.parametrize("damage", LOST.values(), ids=LOST)
def test_the_tally_of_a_half_that_is_over_keeps_what_no_standing_remembers(
    books: Cast, damage: Callable[[Cast], object]
):
    damage(books)
    found = reconcile(fix=True, now=AFTER).left
    line = f"2026-2 {VILLAGE} tally: members=1 required=1 met=1 exempt=0 extended=0 year_met=1, 0 standings serve"
    assert found == [line]
    assert VillageTally.objects.get(village=VILLAGE).members == 1
    assert reconcile(now=AFTER).left == found


def test_beside_a_lost_standing_the_others_of_the_village_are_checked(books: Cast):
    colleague = MemberFactory()
    open_period(period=PeriodFactory(), now=NOW)
    Standing.objects.filter(member=books.member).delete()
    Standing.objects.filter(member=colleague).update(counted=2)
    found = reconcile(fix=True, now=AFTER)
    assert (len(found.differences), len(found.left)) == (1, 1)
    assert (reconcile(now=AFTER).differences, VillageTally.objects.get(village=VILLAGE).members) == ([], 2)


def test_other_damage_of_a_half_that_is_over_is_mended(books: Cast):
    VillageTally.objects.filter(village=VILLAGE).update(met=0, year_met=0)
    VillageTally.objects.filter(village="63.11.02.2001").delete()
    found = reconcile(fix=True, now=AFTER)
    assert (len(found.differences), found.left) == (2, [])
    assert reconcile(now=AFTER).differences == []


def test_a_correction_of_a_closed_half_is_no_damage(books: Cast):
    close_period(period=PeriodFactory(), now=AFTER)
    row = {"kind": "external", "title": "PPGD", "lesson_hours": 4, "completed_at": NOW}
    record_training(member=books.other_member, source="evidence:1", **row)
    found = reconcile(now=AFTER)
    assert (found.differences, found.left) == ([], [])


def test_differences_name_ids_and_codes_but_no_person(books: Cast):
    Standing.objects.filter(member=books.member).update(counted=0, is_met=False, met_on=None)
    (line,) = reconcile(now=NOW).differences
    assert f"2026-2 {VILLAGE} member {books.member.pk}:" in line
    assert books.member.name not in line


def test_history_of_a_period_that_is_over_is_kept(books: Cast):
    Member.objects.filter(pk=books.member.pk).update(status="inactive")
    assert reconcile(now=datetime(2027, 2, 1, tzinfo=UTC)).differences == []


def test_ledger_of_a_period_that_is_over_is_still_checked(books: Cast):
    Standing.objects.filter(member=books.member).update(counted=5)
    later = datetime(2027, 2, 1, tzinfo=UTC)
    assert len(reconcile(fix=True, now=later).differences) == 1
    assert Standing.objects.get(member=books.member, period__year=2026).counted == 1


def test_queries_do_not_grow_with_members(books: Cast, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        reconcile(now=NOW)
