"""Moments as a member reads them: their village's clock, and how long is left."""

from datetime import datetime, timedelta
from math import ceil

from django.utils import formats
from django.utils.translation import gettext as _

from regions.timezones import abbreviation, zone_of


def clock(moment: datetime, code: str) -> str:
    """The time of day in the region's zone: `20.05 WITA`."""
    zone = zone_of(code)
    return f"{formats.time_format(moment.astimezone(zone), 'TIME_FORMAT')} {abbreviation(zone)}"


def day_and_clock(moment: datetime, code: str) -> str:
    """`17 Agustus 2025 pukul 20.05 WITA`."""
    day = formats.date_format(moment.astimezone(zone_of(code)), "DATE_FORMAT")
    return _("%(day)s pukul %(clock)s") % {"day": day, "clock": clock(moment, code)}


def minutes_left(until: datetime, now: datetime) -> str:
    """`12 menit`, rounded up; never negative."""
    return _("%d menit") % max(0, ceil((until - now) / timedelta(minutes=1)))


def milliseconds(moment: datetime) -> str:
    """Milliseconds since 1970 as plain digits, for the browser."""
    return str(round(moment.timestamp() * 1000))
