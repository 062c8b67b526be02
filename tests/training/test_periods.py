"""Borders of the halves: local midnights in three zones, to the second."""

from datetime import UTC, datetime, timedelta

import pytest

from training.errors import UnknownPeriod
from training.models import Period
from training.periods import bounds, current_periods, days_left, is_over, parse, period_of

WIB, WITA, WIT = "11.01.01.2001", "63.11.01.2001", "91.01.01.2001"
# Midnight of 1 July 2026 in each zone, in UTC.
MIDNIGHTS = [
    (WIB, datetime(2026, 6, 30, 17, tzinfo=UTC)),
    (WITA, datetime(2026, 6, 30, 16, tzinfo=UTC)),
    (WIT, datetime(2026, 6, 30, 15, tzinfo=UTC)),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "midnight"), MIDNIGHTS)
def test_half_turns_at_the_villages_own_midnight_to_the_second(code: str, midnight: datetime):
    assert period_of(midnight - timedelta(seconds=1), code).code == "2026-1"
    assert period_of(midnight, code).code == "2026-2"


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "midnight"), MIDNIGHTS)
def test_bounds_are_half_open_and_meet(code: str, midnight: datetime):
    first, second = Period(year=2026, half=1), Period(year=2026, half=2)
    assert bounds(first, code)[1] == bounds(second, code)[0] == midnight
    assert bounds(second, code)[1] == bounds(Period(year=2027, half=1), code)[0]


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
