"""Planning the reminders of a half for all its members: one INSERT … SELECT for each channel and portion.

A place (a province, or the region of a policy) is planned once each local day, so a run with nothing to do costs a
few queries. Who comes to owe a training meanwhile is found the next day. Planning twice, or by two at once, changes
nothing: deliveries are unique by event, person and channel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import CharField, DateTimeField, F, Max, Min, QuerySet, Value

from members.models import Member
from notifications.channels import open_channels
from notifications.planning import plan_selected
from notifications.reach import reachable
from regions.timezones import local_date
from training.models import Period, ReminderPlan, Standing
from training.policies import PolicyBook
from training.reminder_places import in_places, periods_of, places_of
from training.reminder_stages import Stage, due_at, stage_of

PORTION = 20_000  # standings that one statement looks at: no long transaction, whatever the nation's size
SENT_WITHIN = timedelta(days=3)  # a reminder that could not be sent by then would only confuse


class Occasion(NamedTuple):
    """A stage that several places are in, and the moment from which its reminders are sent there."""

    stage: Stage
    due_at: datetime


def plan_reminders(*, now: datetime) -> int:
    """Queue the reminders that are due today; returns how many deliveries are new."""
    book = PolicyBook.load()
    return sum(_plan_period(period, book, now) for period in periods_of(now))


def _plan_period(period: Period, book: PolicyBook, now: datetime) -> int:
    places = places_of(period, book)
    planned = set(ReminderPlan.objects.filter(period=period).values_list("place_id", "day"))
    occasions: dict[Occasion, list[str]] = defaultdict(list)
    for code in places:
        days = book.reminder_days(code, period)
        stage = stage_of(period, book.policy_for(code, period), code=code, now=now, days=days)
        if stage and (code, local_date(now, code)) not in planned:
            occasions[Occasion(stage, due_at(now, code))].append(code)
    total = 0
    for occasion, codes in occasions.items():
        total += _plan_occasion(period, occasion, in_places(owing(period), codes, places), now)
        ReminderPlan.objects.bulk_create(
            [ReminderPlan(period=period, place_id=code, day=local_date(now, code)) for code in codes],
            update_conflicts=True,
            unique_fields=["period", "place"],
            update_fields=["day"],
        )
    return total


def owing(period: Period) -> QuerySet[Standing]:
    """Standings of those who are reminded: they owe a training, were not given longer, and still serve there."""
    standings = Standing.objects.filter(period=period, extended_to__isnull=True).serving().missing()
    return standings.filter(member__status=Member.Status.ACTIVE)


def _plan_occasion(period: Period, occasion: Occasion, standings: QuerySet[Standing], now: datetime) -> int:
    moment = DateTimeField()
    rows = standings.annotate(
        to_key=Value(f"reminder:{period.code}:{occasion.stage.name}", CharField()),
        to_due_at=Value(occasion.due_at, moment),
        to_expires_at=Value(occasion.due_at + SENT_WITHIN, moment),
        to_member=F("member_id"),
        to_user=F("member__user_id"),
        to_region=F("village_id"),
    )
    return sum(
        plan_selected(
            portion.filter(reachable(channel, member="member__")), topic=occasion.stage.topic, channel=channel, now=now
        )
        for portion in _portions(rows, period)
        for channel in open_channels()
    )


def _portions(standings: QuerySet[Standing], period: Period) -> Iterator[QuerySet[Standing]]:
    """The same by ranges of their ids, each in the order of the ids."""
    bounds = Standing.objects.filter(period=period).aggregate(first=Min("pk"), last=Max("pk"))
    if bounds["first"] is None:
        return
    for start in range(bounds["first"], bounds["last"] + 1, PORTION):
        yield standings.filter(pk__gte=start, pk__lt=start + PORTION).order_by("pk")
