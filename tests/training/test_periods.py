"""Borders of the halves: local midnights in three zones, to the second."""

from datetime import UTC, date, datetime, timedelta

import pytest

from regions.services import load_regions
from tests.factories import ELSEWHERE, REGION_NAMES, MemberFactory
from training.errors import UnknownPeriod
from training.models import Period
from training.periods import bounds, current_periods, days_left, is_over, parse, period_of
from training.services import record_training

WIB, WITA, WIT = "11.01.01.2001", "63.11.01.2001", "91.03.01.2001"
HOURS_AHEAD = {WIB: 7, WITA: 8, WIT: 9}
HALVES = [Period(year=2026, half=1), Period(year=2026, half=2), Period(year=2028, half=1), Period(year=2028, half=2)]
# The midnight in which a half ends in each zone, in UTC; 2028 is a leap year.
BORDERS = [
    (code, half, datetime(half.year, half.last_day.month, half.last_day.day, 24 - ahead, tzinfo=UTC))
    for code, ahead in HOURS_AHEAD.items()
    for half in HALVES
]
MIDNIGHTS = [(code, midnight) for code, half, midnight in BORDERS if half is HALVES[0]]
SECOND = timedelta(seconds=1)


def after(half: Period) -> Period:
    return Period(year=half.year, half=2) if half.half == 1 else Period(year=half.year + 1, half=1)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "half", "midnight"), BORDERS)
def test_half_turns_at_the_villages_own_midnight_to_the_second(code: str, half: Period, midnight: datetime):
    assert period_of(midnight - SECOND, code).code == half.code
    assert period_of(midnight, code).code == after(half).code


@pytest.mark.parametrize(("code", "half", "midnight"), BORDERS)
def test_bounds_are_half_open_and_meet(code: str, half: Period, midnight: datetime):
    assert bounds(half, code)[1] == bounds(after(half), code)[0] == midnight


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(len(HALVES)))
@pytest.mark.parametrize("code", HOURS_AHEAD)
def test_a_training_counts_in_the_half_of_its_second(code: str, number: int):
    half = HALVES[number]
    midnight = next(moment for zone, of, moment in BORDERS if zone == code and of is half)
    load_regions(names={**REGION_NAMES, **ELSEWHERE}, today=date(2025, 1, 1))
    member = MemberFactory(user=None, village_id=code)
    row = {"kind": "online", "title": "Dasar", "lesson_hours": 4}
    last = record_training(member=member, source="a", completed_at=midnight - SECOND, **row)
    first = record_training(member=member, source="b", completed_at=midnight, **row)
    assert (last.period.code, last.completed_on) == (half.code, half.last_day)
    assert (first.period.code, first.completed_on) == (after(half).code, after(half).first_day)


@pytest.mark.parametrize(("code", "midnight"), MIDNIGHTS)
def test_days_left_is_zero_on_the_last_day_and_negative_after_it(code: str, midnight: datetime):
    period = Period(year=2026, half=1)
    assert days_left(period, code, now=midnight - timedelta(seconds=1)) == 0
    assert days_left(period, code, now=midnight) == -1
    assert not is_over(period, code, now=midnight - timedelta(seconds=1))
    assert is_over(period, code, now=midnight)


def test_days_left_of_the_example():
    assert days_left(Period(year=2026, half=2), WITA, now=datetime(2026, 11, 23, 2, tzinfo=UTC)) == 38


@pytest.mark.django_db
def test_two_periods_run_at_once_around_the_midnight_between_zones():
    assert [p.code for p in current_periods(now=datetime(2026, 6, 30, 15, 30, tzinfo=UTC))] == ["2026-1", "2026-2"]
    assert [p.code for p in current_periods(now=datetime(2026, 6, 30, 17, 0, tzinfo=UTC))] == ["2026-2"]


@pytest.mark.django_db
def test_period_is_made_once():
    first = period_of(datetime(2026, 8, 1, tzinfo=UTC), WIB)
    assert period_of(datetime(2026, 9, 1, tzinfo=UTC), WIT) == first
    assert Period.objects.count() == 1


@pytest.mark.django_db
def test_parse_finds_a_kept_period_and_never_writes_one():
    kept = Period.objects.create(year=2026, half=2)
    assert parse("2026-2") == kept
    assert parse(" 2025-1 ").pk is None
    assert parse("2025-1").code == "2025-1"
    assert Period.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["", "2026", "2026-3", "2026-0", "26-1", "1999-1", "2026-2x", "٢٠٢٦-2", "2026-1\n2026-2"]
)
def test_parse_refuses_anything_else(text: str):
    with pytest.raises(UnknownPeriod):
        parse(text)
