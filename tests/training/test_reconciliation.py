"""Planted damage of every kind is found, said, and mended only where asked."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from members.models import Member
from tests.cast import Cast
from tests.factories import PeriodFactory, TrainingRecordFactory
from training.models import Standing, TrainingRecord, VillageTally
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
    "count too low": lambda c: Standing.objects.filter(member=c.member).update(counted=0, is_met=False),
    "count too high": lambda c: Standing.objects.filter(member=c.other_member).update(counted=2),
    "hours wrong": lambda c: Standing.objects.filter(member=c.member).update(lesson_hours=9),
    "wrongly unmet": lambda c: Standing.objects.filter(member=c.member).update(is_met=False),
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
    "tally too high": lambda c: VillageTally.objects.filter(village=VILLAGE).update(members=9, required=9),
    "tally too low": lambda c: VillageTally.objects.filter(village=VILLAGE).update(met=0),
    "tally lost": lambda c: VillageTally.objects.filter(village=VILLAGE).delete(),
    "tally of an empty village": lambda c: VillageTally.objects.create(
        village_id="63.09.01.2001", period=PeriodFactory(), members=3
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_found_and_only_fix_mends_it(books: Cast, damage: Callable[[Cast], object]):
    damage(books)
    found = reconcile(now=NOW).differences
    assert found
    assert reconcile(now=NOW).differences == found
    assert reconcile(fix=True, now=NOW).differences
    assert reconcile(now=NOW).differences == []


def test_differences_name_ids_and_codes_but_no_person(books: Cast):
    Standing.objects.filter(member=books.member).update(counted=0, is_met=False)
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
