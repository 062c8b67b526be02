"""Telling officers each Monday how many of their members still owe a training, from the phase at risk on.

First the officers of the village; where its number has not fallen for two weeks, those of the kecamatan too. The
database does it for all villages of a clock at once: a handful of statements, however many villages there are.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import (
    BigIntegerField,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Concat

from members.models import RoleGrant, RoleKind
from notifications.models import Channel
from notifications.planning import plan_selected
from notifications.reach import reachable_user
from regions.models import Region
from regions.timezones import local_date
from training.models import DigestPlan, Period, Policy, VillageOwing, VillageTally
from training.policies import PolicyBook
from training.reminder_places import in_places, periods_of, places_of
from training.reminder_stages import MOST_WEEKS, due_at
from training.standing import State, state_by_clock

PATIENCE = timedelta(weeks=2)  # that a village's number may stand still before the kecamatan hears of it
SENT_WITHIN = timedelta(days=3)
CHANNELS = (Channel.INBOX, Channel.EMAIL)  # an officer's consent to WhatsApp is nowhere kept


class Occasion(NamedTuple):
    """A week that several places are in, and the moment from which its digests are sent there."""

    monday: date
    due_at: datetime

    @property
    def week(self) -> str:
        """`2026-W48`, as the keys of the deliveries name it."""
        return f"{self.monday:%G-W%V}"


def plan_digests(*, now: datetime) -> int:
    """Queue this week's digests where they are not queued yet; returns how many deliveries are new.

    A scheduler that stood still on Monday makes up for it on a later day of the week.
    """
    book = PolicyBook.load()
    return sum(_plan_period(period, book, now) for period in periods_of(now))


def _plan_period(period: Period, book: PolicyBook, now: datetime) -> int:
    places = places_of(period, book)
    planned = set(DigestPlan.objects.filter(period=period).values_list("place_id", "monday"))
    occasions: dict[Occasion, list[str]] = defaultdict(list)
    for code in places:
        monday = monday_of(now, code)
        if (code, monday) not in planned and is_wanted(period, book.policy_for(code, period), monday):
            occasions[Occasion(monday, due_at(now, code))].append(code)
    total = 0
    if occasions:
        _forget_settled(period)
    for occasion, codes in occasions.items():
        _measure(in_places(owing_villages(period), codes, places), occasion)
        for topic, grants in _officers_of(period, occasion).items():
            here = in_places(grants, codes, places, region="region")
            total += _plan(here, topic, period, occasion, now)
        DigestPlan.objects.bulk_create(
            [DigestPlan(period=period, place_id=code, monday=occasion.monday) for code in codes],
            update_conflicts=True,
            unique_fields=["period", "place"],
            update_fields=["monday"],
        )
    return total


def monday_of(now: datetime, code: str) -> date:
    """The first day of the place's week."""
    day = local_date(now, code)
    return day - timedelta(days=day.weekday())


def is_wanted(period: Period, policy: Policy, monday: date) -> bool:
    """Whether who still owes on that Monday is at risk or late there, and not for too long."""
    left = (period.last_day - monday).days
    if monday < period.first_day or left < -policy.grace_days - 7 * MOST_WEEKS:
        return False
    return state_by_clock(left, policy) in (State.AT_RISK, State.OVERDUE)


def owing_villages(period: Period) -> QuerySet[VillageTally]:
    """Tallies of villages in which members owe the period a training and were not given longer; `owing` of them."""
    tallies = VillageTally.objects.filter(period=period)
    return tallies.annotate(owing=F("required") - F("met") - F("extended")).filter(owing__gt=0)


def _forget_settled(period: Period) -> None:
    """A village in which nobody owes any more begins anew, should somebody come to owe again."""
    owing = owing_villages(period).filter(village=OuterRef("village"))
    VillageOwing.objects.filter(~Exists(owing), period=period).delete()


def _measure(tallies: QuerySet[Any], occasion: Occasion) -> None:
    """Keep each village's number where it is the first one, or lower than any before."""
    rows = tallies.annotate(since=Value(occasion.monday, DateField())).order_by("village_id")
    columns = ("period_id", "village_id", "owing", "since")
    select, parameters = rows.values_list(*columns).query.sql_with_params()
    quote = connection.ops.quote_name
    table, names = quote(VillageOwing._meta.db_table), ", ".join(map(quote, columns))
    # The SELECT is Django's own, with its parameters apart; names are our own columns.
    statement = (
        f"INSERT INTO {table} ({names}) {select} ON CONFLICT (period_id, village_id) DO UPDATE "
        f"SET owing = excluded.owing, since = excluded.since WHERE excluded.owing < {table}.owing"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def standing_still(period: Period, monday: date) -> QuerySet[VillageOwing]:
    """Villages whose number has not fallen for two weeks on that Monday."""
    return VillageOwing.objects.filter(period=period, since__lte=monday - PATIENCE)


def _officers_of(period: Period, occasion: Occasion) -> dict[str, QuerySet[RoleGrant]]:
    """By the topic of their digest: officers of villages that owe, and of kecamatan with villages that stand still."""
    officers = RoleGrant.objects.filter(kind=RoleKind.OFFICER)
    owing = owing_villages(period).filter(village=OuterRef("region"))
    still = standing_still(period, occasion.monday).filter(village__parent=OuterRef("region"))
    return {
        "digest_village": officers.filter(Exists(owing), region__level=Region.Level.VILLAGE),
        "digest_district": officers.filter(Exists(still), region__level=Region.Level.DISTRICT),
    }


def _plan(grants: QuerySet[RoleGrant], topic: str, period: Period, occasion: Occasion, now: datetime) -> int:
    """One delivery for each of these roles; the key names the period, the region and the week."""
    moment = DateTimeField()
    ends = Value(f"{topic}:{period.code}:"), Value(f":{occasion.week}")
    rows = grants.annotate(
        to_key=Concat(ends[0], "region_id", ends[1], output_field=CharField()),
        to_due_at=Value(occasion.due_at, moment),
        to_expires_at=Value(occasion.due_at + SENT_WITHIN, moment),
        to_member=Cast(Value(None), BigIntegerField()),
        to_user=F("user_id"),
        to_region=F("region_id"),
    ).order_by("pk")
    return sum(
        plan_selected(rows.filter(reachable_user(channel, user="user__")), topic=topic, channel=channel, now=now)
        for channel in CHANNELS
    )
