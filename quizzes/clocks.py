"""Moments as a member reads them: their village's clock, and how long is left."""

from datetime import datetime, timedelta
from math import ceil

from django.utils.translation import gettext as _

from regions.templatetags.regions import local_date, local_time


def day_and_clock(moment: datetime, code: str) -> str:
    """`17 Agustus 2025 pukul 20.05 WITA`, by the clock of the region with this code."""
    return _("%(day)s pukul %(clock)s") % {"day": local_date(moment, code), "clock": local_time(moment, code)}


def minutes_left(until: datetime, now: datetime) -> str:
    """`12 menit`, rounded up; never negative."""
    return _("%d menit") % max(0, ceil((until - now) / timedelta(minutes=1)))


def milliseconds(moment: datetime) -> str:
    """Milliseconds since 1970 as plain digits, for the browser."""
    return str(round(moment.timestamp() * 1000))
