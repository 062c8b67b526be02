"""Periods on the clock: which half a moment belongs to, where its borders lie and how many days are left.

Borders are midnights of the village's own time zone, so the same moment may lie in two periods: at 23.30 WIB on
30 June it is already 01.30 WIT on 1 July.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

from django.utils import timezone

from regions.timezones import local_date, zone_of
from training.errors import UnknownPeriod
from training.models import Period

_CODE = re.compile(r"(20\d\d)-([12])", re.ASCII)
# One province of each zone: together they hold every period that is current somewhere.
_ZONE_SAMPLES = ("11", "51", "81")
EASTERNMOST = "91"  # Papua: where a day begins first
WESTERNMOST = "11"  # Aceh: where it ends last


def half_of(day: date) -> tuple[int, int]:
    """Year and half of a calendar day."""
    return day.year, 1 if day.month <= 6 else 2


def half_before(year: int, half: int) -> tuple[int, int]:
    """Year and half of the half before this one."""
    return (year, 1) if half == 2 else (year - 1, 2)


def period_of(moment: datetime, code: str) -> Period:
    """The period of an aware `moment` in the region `code`, made if it is new."""
    year, half = half_of(local_date(moment, code))
    period, _created = Period.objects.get_or_create(year=year, half=half)
    return period


def current_period(code: str, *, now: datetime | None = None) -> Period:
    """The period that runs now in the region `code`, made if it is new."""
    return period_of(now or timezone.now(), code)


def current_code(code: str, *, now: datetime | None = None) -> str:
    """The name (`2026-2`) of the period that runs now in the region `code`; reads and writes nothing."""
    year, half = half_of(local_date(now or timezone.now(), code))
    return f"{year}-{half}"


def current_periods(*, now: datetime | None = None) -> list[Period]:
    """Every period that runs now somewhere in the country: one, or two around the midnight between halves."""
    found = {period.pk: period for period in (current_period(code, now=now) for code in _ZONE_SAMPLES)}
    return sorted(found.values(), key=lambda period: (period.year, period.half))


def before(period: Period) -> Period:
    """The half before this one; an unsaved one when nothing was ever kept for it."""
    year, half = half_before(period.year, period.half)
    return Period.objects.filter(year=year, half=half).first() or Period(year=year, half=half)


def runs_somewhere(period: Period, *, now: datetime) -> bool:
    """Whether the period is the current one in any of the three zones."""
    return any(half_of(local_date(now, code)) == (period.year, period.half) for code in _ZONE_SAMPLES)


def has_begun(period: Period, *, now: datetime | None = None) -> bool:
    """Whether the period's first day has come anywhere in the country."""
    return period.first_day <= local_date(now or timezone.now(), EASTERNMOST)


def bounds(period: Period, code: str) -> tuple[datetime, datetime]:
    """The first moment of the period in the region `code`, and the first one after it."""
    zone = zone_of(code)
    after = date(period.year, 7, 1) if period.half == 1 else date(period.year + 1, 1, 1)
    return datetime.combine(period.first_day, time(), zone), datetime.combine(after, time(), zone)


def days_left(period: Period, code: str, *, now: datetime | None = None) -> int:
    """Whole days until the period's last day: 0 on the last day itself, negative once it is over."""
    return (period.last_day - local_date(now or timezone.now(), code)).days


def is_over(period: Period, code: str, *, now: datetime | None = None) -> bool:
    """Whether the period's last midnight has passed in the region `code`."""
    return days_left(period, code, now=now) < 0


def is_code(text: str) -> bool:
    """Whether the text is the name of a half, as `2026-2` is."""
    return _CODE.fullmatch(text) is not None


def parse(text: str) -> Period:
    """The period named like `2026-2`; an unsaved one when nothing was ever kept for it.

    Raises UnknownPeriod for anything else. Reading an address never writes a row.
    """
    match = _CODE.fullmatch(text.strip())
    if match is None:
        raise UnknownPeriod
    year, half = int(match[1]), int(match[2])
    return Period.objects.filter(year=year, half=half).first() or Period(year=year, half=half)
