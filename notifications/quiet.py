"""Quiet hours: nothing is sent at night, by the clock of the region it concerns."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings

from regions.timezones import zone_of


def is_quiet(moment: datetime, code: str) -> bool:
    """Whether the moment lies in the region's quiet hours: from the first hour, until but without the last."""
    hour = moment.astimezone(zone_of(code)).hour
    begins: int = settings.QUIET_FROM_HOUR
    ends: int = settings.QUIET_UNTIL_HOUR
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def next_allowed(moment: datetime, code: str) -> datetime:
    """The moment itself, or the end of the quiet hours it lies in."""
    if not is_quiet(moment, code):
        return moment
    local = moment.astimezone(zone_of(code))
    morning = datetime.combine(local.date(), time(settings.QUIET_UNTIL_HOUR), local.tzinfo)
    return morning if morning > local else morning + timedelta(days=1)
