"""The door into the ledger, and what follows from it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from members.models import Member
from members.signals import member_verified
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory
from training.errors import SourceTaken
from training.models import Period, Policy, Standing, TrainingRecord, VillageTally
from training.periods import current_period
from training.reconciliation import reconcile
from training.services import open_period, open_standing, record_training, refresh_standing
from training.signals import training_recorded

VILLAGE, OTHER_VILLAGE = "63.11.01.2001", "63.11.01.2002"
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
LAST_HALF = datetime(2026, 3, 1, 3, tzinfo=UTC)


def record(member: Member, source: str = "course:1:a", **values: Any) -> TrainingRecord:
    row = {"kind": "online", "title": "Dasar", "lesson_hours": 4, "completed_at": NOW, "score": 80}
    return record_training(member=member, source=source, **row | values)


def tally(code: str = VILLAGE, period: str = "2026-2") -> tuple[int, int, int]:
    """(members, required, met)"""
    year, half = period.split("-")
    row = VillageTally.objects.get(village=code, period__year=year, period__half=half)
    return row.members, row.required, row.met


def standing(member: Member, half: int = 2) -> Standing:
    return Standing.objects.get(member=member, period__year=2026, period__half=half)


@pytest.fixture
def heard():
    """Ids that training_recorded announced."""
    ids: list[int] = []

    def listen(record_id: int, **_: object) -> None:
        ids.append(record_id)

    training_recorded.connect(listen)
    yield ids
    training_recorded.disconnect(listen)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch):
    """The server's clock stands in November 2026 for rules that ask whether a period is over."""
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)


# --- record_training --------------------------------------------------------------------------


def test_row_standing_and_tally_in_one_go(cast: Cast, now: None):
    row = record(
        cast.member, syllabus=[{"title": "Etika", "lesson_hours": 3}], field="pelindungan", organiser="Satpol PP"
    )
    assert (row.village_id, row.period.code, row.completed_on) == (VILLAGE, "2026-2", date(2026, 11, 20))
    assert row.syllabus == [{"title": "Etika", "lesson_hours": 3}]
    mine = standing(cast.member)
    assert (mine.needed, mine.counted, mine.lesson_hours, mine.is_met) == (1, 1, 4, True)
    assert tally() == (1, 1, 1)


def test_same_source_twice_is_one_row_one_count_one_signal(
    cast: Cast, now: None, heard: list[int], django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = record(cast.member)
        again = record(cast.member, title="Judul lain", lesson_hours=9)
    assert again == first
    assert again.title == "Dasar"
    assert heard == [first.pk]
    assert standing(cast.member).counted == 1
    assert tally() == (1, 1, 1)


def test_signal_waits_for_the_commit(cast: Cast, heard: list[int], django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        record(cast.member)
        assert heard == []
    assert len(callbacks) == 1


def test_a_failing_receiver_stops_neither_the_ledger_nor_other_receivers(
    cast: Cast, heard: list[int], django_capture_on_commit_callbacks
):
    def fail(**_: object) -> None:
        raise RuntimeError("penerima gagal")

    training_recorded.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            row = record(cast.member)
    finally:
        training_recorded.disconnect(fail)
    training_recorded.send_robust(sender=TrainingRecord, record_id=row.pk)
    assert heard == [row.pk, row.pk]
    assert TrainingRecord.objects.filter(pk=row.pk).exists()


def test_source_of_another_member_is_refused(cast: Cast):
    record(cast.member)
    with pytest.raises(SourceTaken):
        record(cast.other_member)
    assert not Standing.objects.filter(member=cast.other_member).exists()


def test_second_training_adds_up_but_a_member_is_met_once(cast: Cast, now: None):
    record(cast.member)
    record(cast.member, "course:2:b", lesson_hours=6)
    mine = standing(cast.member)
    assert (mine.counted, mine.lesson_hours) == (2, 10)
    assert tally() == (1, 1, 1)


def test_training_of_a_past_half_counts_there(cast: Cast, now: None):
    open_period(period=PeriodFactory(half=1), now=LAST_HALF)
    record(cast.member, completed_at=LAST_HALF)
    assert standing(cast.member, half=1).is_met
    assert tally(period="2026-1") == (1, 1, 1)


def test_a_past_half_that_was_never_opened_stays_without_figures(cast: Cast, now: None):
    row = record(cast.member, completed_at=LAST_HALF)
    assert row.period.code == "2026-1"
    assert not Standing.objects.filter(period=row.period).exists()
    assert not VillageTally.objects.filter(period=row.period).exists()
    assert reconcile(fix=True, now=NOW).differences == []
    assert not Standing.objects.filter(period=row.period).exists()
    assert not VillageTally.objects.filter(period=row.period).exists()


def test_whoever_was_not_counted_in_a_past_half_does_not_better_its_figures(cast: Cast, now: None):
    first_half = PeriodFactory(half=1)
    open_period(period=first_half, now=LAST_HALF)
    verified_since = MemberFactory(joined_on=date(2024, 1, 1))
    record(verified_since, completed_at=LAST_HALF)
    assert tally(period="2026-1") == (1, 1, 0)
    with pytest.raises(Standing.DoesNotExist):
        open_standing(member=verified_since, period=first_half)


def test_a_half_that_ends_meanwhile_is_not_opened_for_one_member(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    midnight = datetime(2026, 6, 30, 16, tzinfo=UTC)  # 00.00 WITA
    last_second = midnight - timedelta(seconds=1)
    monkeypatch.setattr("training.services.timezone.now", lambda: midnight)
    record(cast.member, completed_at=last_second)
    assert not Standing.objects.filter(period__half=1).exists()
    monkeypatch.setattr("training.services.timezone.now", lambda: last_second)
    record(cast.other_member, "course:1:b", completed_at=last_second)
    assert standing(cast.other_member, half=1).is_met


def test_new_member_may_train_but_owes_nothing(cast: Cast, now: None):
    newcomer = MemberFactory(joined_on=date(2026, 8, 1))
    record(newcomer)
    mine = standing(newcomer)
    assert (mine.needed, mine.counted, mine.is_met) == (0, 1, False)
    assert tally() == (1, 0, 0)


def test_period_border_is_the_villages_midnight(cast: Cast, now: None):
    last_second = datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC)  # 23.59.59 WITA
    assert record(cast.member, "a", completed_at=last_second).period.code == "2026-1"
    assert record(cast.member, "b", completed_at=datetime(2026, 6, 30, 16, tzinfo=UTC)).period.code == "2026-2"


def test_late_training_of_the_first_half_pays_what_the_second_asks_more(cast: Cast, now: None):
    Policy.objects.create(region_id="63.11", per_year=4, per_half=1)
    open_standing(member=cast.member, period=current_period(VILLAGE, now=NOW))
    assert standing(cast.member).needed == 3
    for n in range(3):
        record(cast.member, f"evidence:{n}", completed_at=LAST_HALF)
    assert standing(cast.member).needed == 1


def test_recording_costs_the_same_in_a_big_village(cast: Cast, now: None, django_assert_max_num_queries):
    for _n in range(30):
        open_standing(member=MemberFactory(), period=PeriodFactory())
    with django_assert_max_num_queries(18):
        record(cast.member)


# --- standings --------------------------------------------------------------------------------


def test_open_standing_is_repeatable(cast: Cast, now: None):
    period = PeriodFactory()
    assert open_standing(member=cast.member, period=period).needed == 1
    open_standing(member=cast.member, period=period)
    assert tally() == (1, 1, 0)


def test_verified_member_gets_a_standing(cast: Cast):
    member_verified.send(sender=Member, member_id=cast.member.pk)
    period = current_period(VILLAGE)
    assert Standing.objects.get(member=cast.member, period=period).is_serving


def test_member_who_leaves_is_out_of_the_tally_and_keeps_the_ledger(cast: Cast, now: None):
    record(cast.member)
    Member.objects.filter(pk=cast.member.pk).update(status=Member.Status.INACTIVE)
    left = refresh_standing(member=cast.member, now=NOW)
    assert (left.is_serving, left.needed, left.counted) == (False, 0, 1)
    assert tally() == (0, 0, 0)


def test_member_who_moves_is_counted_in_the_new_village(cast: Cast, now: None):
    record(cast.member)
    cast.member.village_id = OTHER_VILLAGE
    cast.member.save()
    refresh_standing(member=cast.member, now=NOW)
    assert tally(VILLAGE) == (0, 0, 0)
    assert tally(OTHER_VILLAGE) == (1, 1, 1)
    assert TrainingRecord.objects.get().village_id == VILLAGE


def test_a_corrected_birth_date_changes_nothing_that_is_owed(cast: Cast, now: None):
    open_period(period=PeriodFactory(), now=NOW)
    record(cast.member)
    before = list(Standing.objects.order_by("pk").values()), list(VillageTally.objects.order_by("pk").values())
    for member, day in ((cast.member, date(1950, 2, 28)), (cast.other_member, date(2012, 5, 20))):  # retired; a child
        member.birth_date = day
        member.save()
        refresh_standing(member=member)
    found = reconcile(fix=True, now=NOW)
    assert (found.differences, found.left) == ([], [])
    after = list(Standing.objects.order_by("pk").values()), list(VillageTally.objects.order_by("pk").values())
    assert after == before


def test_a_period_that_is_over_keeps_who_served_and_what_they_owed(cast: Cast, now: None):
    open_period(period=PeriodFactory(half=1), now=LAST_HALF)
    record(cast.member, completed_at=LAST_HALF)
    Member.objects.filter(pk=cast.member.pk).update(status=Member.Status.INACTIVE)
    open_standing(member=cast.member, period=Period.objects.get(year=2026, half=1))
    assert standing(cast.member, half=1).is_met
    assert tally(period="2026-1") == (1, 1, 1)


# --- open_period ------------------------------------------------------------------------------


def test_open_period_gives_every_active_member_a_standing(cast: Cast, now: None):
    MemberFactory(status=Member.Status.INACTIVE)
    opened = open_period(period=PeriodFactory(), now=NOW)
    assert (opened.villages, opened.standings) == (3, 3)
    assert {s.member for s in Standing.objects.all()} == {cast.member, cast.other_member, cast.neighbour_member}
    assert tally(VILLAGE) == tally(OTHER_VILLAGE) == (1, 1, 0)


def test_open_period_again_does_nothing_in_two_queries(cast: Cast, now: None, django_assert_num_queries):
    period = PeriodFactory()
    open_period(period=period, now=NOW)
    with django_assert_num_queries(2):
        assert open_period(period=period, now=NOW).villages == 0


def test_open_period_goes_on_where_it_stopped(cast: Cast, now: None):
    period = PeriodFactory()
    open_standing(member=cast.member, period=period)
    assert open_period(period=period, now=NOW).standings == 2


def test_open_period_catches_up_with_who_left_and_who_moved(cast: Cast, now: None):
    period = PeriodFactory()
    open_period(period=period, now=NOW)
    Member.objects.filter(pk=cast.member.pk).update(status=Member.Status.INACTIVE)
    Member.objects.filter(pk=cast.neighbour_member.pk).update(village=OTHER_VILLAGE)
    open_period(period=period, now=NOW)
    assert tally(VILLAGE) == (0, 0, 0)
    assert tally("63.11.02.2001") == (0, 0, 0)
    assert tally(OTHER_VILLAGE) == (2, 2, 0)


def test_open_period_queries_do_not_grow_with_members(cast: Cast, now: None, django_assert_max_num_queries):
    period = PeriodFactory()
    MemberFactory.create_batch(40)
    with django_assert_max_num_queries(17):
        open_period(period=period, now=NOW)


# --- the hours in which a half is over in some zones only -------------------------------------

FIRST_MIDNIGHT = datetime(2026, 6, 30, 15, tzinfo=UTC)  # WIT; the villages of the cast are in WITA
OWN_MIDNIGHT = FIRST_MIDNIGHT + timedelta(hours=1)
LAST_MIDNIGHT = FIRST_MIDNIGHT + timedelta(hours=2)


def test_a_half_that_is_over_here_and_not_everywhere_gives_no_new_standing_here(cast: Cast):
    first = PeriodFactory(half=1)
    assert open_period(period=first, now=OWN_MIDNIGHT).standings == 0
    assert not VillageTally.objects.exists()
    assert open_period(period=first, now=OWN_MIDNIGHT - timedelta(seconds=1)).standings == 3


def test_a_half_that_is_over_everywhere_is_opened_whole(cast: Cast):
    assert open_period(period=PeriodFactory(half=1), now=LAST_MIDNIGHT).standings == 3


def test_the_last_hour_of_a_half_pays_for_the_next_that_runs_elsewhere(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    moment = OWN_MIDNIGHT - timedelta(minutes=30)
    monkeypatch.setattr("training.services.timezone.now", lambda: moment)
    Policy.objects.create(region_id="63", per_year=4)
    for half in (1, 2):
        open_period(period=PeriodFactory(half=half), now=moment)
    needed = [standing(cast.member).needed]
    for number in range(3):
        record(cast.member, f"course:{number}:a", completed_at=moment)
        needed.append(standing(cast.member).needed)
    assert needed == [3, 3, 2, 1]


def test_who_left_and_moved_between_the_midnights_is_moved_in_both_halves(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    moment = OWN_MIDNIGHT - timedelta(minutes=30)
    monkeypatch.setattr("training.services.timezone.now", lambda: moment)
    for half in (1, 2):
        open_period(period=PeriodFactory(half=half), now=moment)
    Member.objects.filter(pk=cast.member.pk).update(status=Member.Status.INACTIVE, village=OTHER_VILLAGE)
    refresh_standing(member=Member.objects.get(pk=cast.member.pk))
    assert {standing(cast.member, half).village_id for half in (1, 2)} == {OTHER_VILLAGE}
    assert reconcile(now=moment).differences == []
