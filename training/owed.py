"""Which halves a member still owes and may ask longer for."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils import timezone

from members.models import Member
from regions.timezones import local_date
from training.exemption_services import LONGEST_EXTENSION
from training.models import Extension, Period, Standing
from training.periods import half_of


def owed_halves(member: Member) -> list[Period]:
    """The running half and the one before it, as far as the member owes them and an extension still helps."""
    today = local_date(timezone.now(), member.village_id)
    year, half = half_of(today)
    last = Q(period__year=year, period__half=1) if half == 2 else Q(period__year=year - 1, period__half=2)
    asked = Q(period__year=year, period__half=half) | last
    standings = Standing.objects.missing().filter(asked, member=member).select_related("period")
    periods = [standing.period for standing in standings.order_by("-period__year", "-period__half")]
    return [period for period in periods if latest_day(period) > today]


def latest_day(period: Period) -> date:
    """The last day until which a half may be extended."""
    return period.last_day + LONGEST_EXTENSION


def extendable_halves(member: Member) -> list[Period]:
    """Of those the ones for which no request waits or holds."""
    owed = owed_halves(member)
    taken = set(Extension.objects.in_play().filter(member=member).values_list("period_id", flat=True)) if owed else ()
    return [period for period in owed if period.pk not in taken]
