"""Moments as the people of a region read them on their own clock."""

from datetime import datetime

from django import template
from django.utils.formats import date_format, time_format

from regions.timezones import abbreviation, zone_of

register = template.Library()


@register.filter
def local_time(moment: datetime | None, code: str) -> str:
    """`{{ moment|local_time:village_id }}`: `20.05 WITA`."""
    if moment is None:
        return ""
    zone = zone_of(code)
    return f"{time_format(moment.astimezone(zone), 'TIME_FORMAT')} {abbreviation(zone)}"


@register.filter
def local_date(moment: datetime | None, code: str) -> str:
    """`{{ moment|local_date:village_id }}`: `17 Agustus 2025`."""
    return "" if moment is None else date_format(moment.astimezone(zone_of(code)), "DATE_FORMAT")


@register.filter
def local_moment(moment: datetime | None, code: str) -> str:
    """`{{ moment|local_moment:village_id }}`: `17 Agustus 2025 20.05 WITA`."""
    return f"{local_date(moment, code)} {local_time(moment, code)}".strip()
