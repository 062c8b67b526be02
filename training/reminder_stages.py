"""When who is reminded: the stages of a half by its policy and the clock of the place, as pure functions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time
from typing import NamedTuple

from django.conf import settings

from notifications.quiet import next_allowed
from regions.timezones import local_date, zone_of
from training.models import Period, Policy
from training.models.policy import REMINDER_DAYS
from training.periods import days_left

MOST_WEEKS = 8  # after it is over; usually it is closed before
LONGER = "reminder_longer"  # the topic of LAST_DAYS
OF_EXTENSION = "longer"  # the stages of who was given longer: `longer7`, `longer1`
LAST_DAYS = (7, 1)  # before the last day on which a training still counts, where that lies beyond the half


class Stage(NamedTuple):
    """One occasion: `open`, `d30` (30 days before the end), `grace7` (7 days before the days of grace end) or `late2`
    (the second week after them).
    """

    name: str
    topic: str


def stage_of(
    period: Period, policy: Policy, *, code: str, now: datetime, days: Collection[int] = REMINDER_DAYS
) -> Stage | None:
    """The stage in which the place is now; None early in the days of grace, before the half and once it is closed.

    `days` are those before the half's last day on which a stage begins. In the days of grace there are LAST_DAYS, and
    the weeks begin when no training helps any more.

    A stage lasts until the next one begins, so that one missed by a scheduler that stood still is made up for, and
    those before it are not.
    """
    if local_date(now, code) < period.first_day or period.is_closed:
        return None
    left = days_left(period, code, now=now)
    if left >= 0:
        passed = [day for day in days if day >= left]
        return Stage(f"d{min(passed)}", "reminder") if passed else Stage("open", "reminder_open")
    if (of_grace := left + policy.grace_days) >= 0:
        return Stage(f"grace{last_day_of(of_grace)}", LONGER) if of_grace <= max(LAST_DAYS) else None
    week = (-left - policy.grace_days - 1) // 7 + 1
    return Stage(f"late{week}", "reminder_late") if 1 <= week <= MOST_WEEKS else None


def last_day_of(left: int) -> int:
    """Which of LAST_DAYS has come, so many days (at most the first of them) before the last one."""
    return min(day for day in LAST_DAYS if day >= left)


def due_at(now: datetime, code: str) -> datetime:
    """When a reminder planned now is sent: today's hour for reminders where it is yet to come, and never at night."""
    local = now.astimezone(zone_of(code))
    hour = datetime.combine(local.date(), time(settings.REMINDER_HOUR), local.tzinfo)
    return next_allowed(max(now, hour), code)
