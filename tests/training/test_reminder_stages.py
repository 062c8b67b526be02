"""Which stage of the reminders a place is in, by its clock and its policy."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from regions.timezones import zone_of
from training.models import Period, Policy
from training.reminder_stages import MOST_WEEKS, due_at, stage_of

HALF = Period(year=2026, half=2)


def at(day: date, hour: int = 9, code: str = "63") -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone_of(code))


def name(left: int, *, grace: int = 0, half: Period = HALF) -> str:
    """The stage so many days before the last day; negative after it."""
    stage = stage_of(half, Policy(grace_days=grace), code="63", now=at(half.last_day - timedelta(days=left)))
    return stage.name if stage else ""


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        *((184, ""), (183, "open"), (61, "open"), (60, "d60"), (31, "d60"), (30, "d30"), (14, "d14"), (8, "d14")),
        *((7, "d7"), (2, "d7"), (1, "d1"), (0, "d1")),
        *(
            (-1, "late1"),
            (-7, "late1"),
            (-8, "late2"),
            (-7 * MOST_WEEKS, f"late{MOST_WEEKS}"),
            (-7 * MOST_WEEKS - 1, ""),
        ),
    ],
)
def test_the_stages_of_a_half(left: int, expected: str):
    assert name(left) == expected


def test_a_policys_own_days_are_stages():
    def stage(left: int) -> str:
        now = at(HALF.last_day - timedelta(days=left))
        found = stage_of(HALF, Policy(), code="63", now=now, days=(90, 30))
        return found.name if found else ""

    assert [stage(left) for left in (91, 90, 31, 30, 0)] == ["open", "d90", "d90", "d30", "d30"]


def test_the_days_of_grace_are_quiet_until_their_last_week():
    assert [name(left, grace=30) for left in (0, -1, -22, -23, -28, -29, -30)] == [
        *("d1", "", ""),
        *("grace7", "grace7", "grace1", "grace1"),
    ]


def test_the_weeks_of_the_late_begin_when_no_training_helps_any_more():
    assert [name(left, grace=10) for left in (-2, -3, -8, -9, -10, -11, -18)] == [
        *("", "grace7", "grace7", "grace1", "grace1"),
        *("late1", "late2"),
    ]


def test_a_few_days_of_grace_are_told_from_the_first_on():
    assert [name(left, grace=3) for left in (0, -1, -2, -3, -4)] == ["d1", "grace7", "grace1", "grace1", "late1"]
    assert [name(left, grace=1) for left in (0, -1, -2)] == ["d1", "grace1", "late1"]


def test_a_closed_half_is_quiet():
    assert name(-3, half=Period(year=2026, half=2, closed_at=timezone.now())) == ""


def test_a_half_begins_at_the_midnight_of_the_place():
    moment = datetime(2026, 7, 1, 0, 0, tzinfo=zone_of("91"))
    stages = [stage_of(HALF, Policy(), code=code, now=moment) for code in ("91", "63", "11")]
    assert [bool(stage) for stage in stages] == [True, False, False]
    assert stage_of(HALF, Policy(), code="91", now=moment - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (0, at(date(2026, 8, 5), 8)),
        (7, at(date(2026, 8, 5), 8)),
        (9, at(date(2026, 8, 5), 9)),
        (20, at(date(2026, 8, 5), 20)),
        (21, at(date(2026, 8, 6), 6)),
    ],
)
def test_reminders_are_sent_from_eight_and_never_at_night(hour: int, expected: datetime):
    assert due_at(at(date(2026, 8, 5), hour), "63") == expected
