"""Planning the reminders of a half for all its members: one INSERT … SELECT for each channel and portion.

A place (a province, or the region of a policy) is planned once each local day, so a run with nothing to do costs a
few queries. Who was given longer is reminded by their own last day, also once the half is closed: a training still
counts for them. Who comes to owe a training meanwhile is found the next day. Planning twice, or by two at once, changes
nothing: deliveries are unique by event, person and channel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Case, CharField, DateTimeField, F, Max, Min, QuerySet, Value, When

from members.models import Member
from notifications.channels import open_channels
from notifications.planning import plan_selected
from notifications.reach import reachable
from regions.timezones import local_date
from training.exemption_services import LONGEST_EXTENSION
from training.models import Extension, Period, ReminderPlan, Standing
from training.periods import EASTERNMOST
from training.policies import PolicyBook
from training.reminder_places import in_places, periods_of, places_of
from training.reminder_stages import LAST_DAYS, LONGER, OF_EXTENSION, Stage, due_at, stage_of

PORTION = 20_000  # standings that one statement looks at: no long transaction, whatever the nation's size
SENT_WITHIN = timedelta(days=3)  # a reminder that could not be sent by then would only confuse


class Occasion(NamedTuple):
    """What several places share today: their stage, the moment from which is sent there, and their day."""

    stage: Stage | None  # None: nothing but for those who were given longer
    due_at: datetime
    day: date


def plan_reminders(*, now: datetime) -> int:
    """Queue the reminders that are due today; returns how many deliveries are new."""
    book = PolicyBook.load()
    return sum(_plan_period(period, book, now) for period in periods_of(now, closed=True))


def _plan_period(period: Period, book: PolicyBook, now: datetime) -> int:
    if period.is_closed and not _may_end_soon(period, local_date(now, EASTERNMOST)):
        return 0
    places, total = places_of(period, book), 0
    for occasion, codes in _occasions(period, book, places, now).items():
        total += _plan_occasion(period, occasion, partial(in_places, codes=codes, places=places), now)
        ReminderPlan.objects.bulk_create(
            [ReminderPlan(period=period, place_id=code, day=occasion.day) for code in codes],
            update_conflicts=True,
            unique_fields=["period", "place"],
            update_fields=["day"],
        )
    return total


def _plan_occasion(period: Period, occasion: Occasion, here: Callable[..., Any], now: datetime) -> int:
    """Both audiences: those of the stage, and those whose own last day is near."""
    total = 0
    if stage := occasion.stage:
        people = owing(period).annotate(to_key=Value(_key(period, stage.name), CharField()))
        among = Standing.objects.filter(period=period)
        total += _plan(here(people), among, stage.topic, occasion, now)
    if _may_end_soon(period, occasion.day):
        people = given_longer(period, occasion.day).annotate(to_key=_longer_key(period, occasion.day))
        total += _plan(here(people), people, LONGER, occasion, now)
    return total


def _occasions(period: Period, book: PolicyBook, places: Sequence[str], now: datetime) -> dict[Occasion, list[str]]:
    """The places that are not planned yet today, by what they share."""
    planned = set(ReminderPlan.objects.filter(period=period).values_list("place_id", "day"))
    found: dict[Occasion, list[str]] = defaultdict(list)
    for code in places:
        day, days = local_date(now, code), book.reminder_days(code, period)
        stage = stage_of(period, book.policy_for(code, period), code=code, now=now, days=days)
        if (stage or _may_end_soon(period, day)) and (code, day) not in planned:
            found[Occasion(stage, due_at(now, code), day)].append(code)
    return found


def _may_end_soon(period: Period, day: date) -> bool:
    """Whether an extension of the half, which ends after it, may have LAST_DAYS left or fewer."""
    return -LONGEST_EXTENSION.days <= (period.last_day - day).days < max(LAST_DAYS)


def _reminded(period: Period) -> QuerySet[Standing]:
    """Standings of those who owe a training and still serve there."""
    standings = Standing.objects.filter(period=period).serving().missing()
    return standings.filter(member__status=Member.Status.ACTIVE)


def owing(period: Period) -> QuerySet[Standing]:
    """Standings of those who are reminded by the half's stages: they owe a training and were not given longer."""
    return _reminded(period).filter(extended_to__isnull=True)


def given_longer(period: Period, day: date) -> QuerySet[Standing]:
    """Standings of those who still owe a training with LAST_DAYS or fewer before their own last day.

    Found by the extensions, of which there are few, or the database would read every standing.
    """
    near = (day, day + timedelta(days=max(LAST_DAYS)))
    granted = Extension.objects.granted().filter(period=period, until__range=near)
    return _reminded(period).filter(extended_to__range=near, member__in=granted.values("member"))


def _key(period: Period, stage: str) -> str:
    return f"reminder:{period.code}:{stage}"


def _longer_key(period: Period, day: date) -> Case:
    """Of each standing the one of LAST_DAYS that has come; a member is given longer once a half."""
    whens = [
        When(extended_to__lte=day + timedelta(days=left), then=Value(_key(period, f"{OF_EXTENSION}{left}")))
        for left in sorted(LAST_DAYS)
    ]
    return Case(*whens, output_field=CharField())


def _plan(people: QuerySet[Standing], among: QuerySet[Standing], topic: str, occasion: Occasion, now: datetime) -> int:
    """Queue one delivery for each of the people and each channel that reaches them, by portions of those `among`."""
    moment = DateTimeField()
    rows = people.annotate(
        to_due_at=Value(occasion.due_at, moment),
        to_expires_at=Value(occasion.due_at + SENT_WITHIN, moment),
        to_member=F("member_id"),
        to_user=F("member__user_id"),
        to_region=F("village_id"),
    )
    return sum(
        plan_selected(portion.filter(reachable(channel, member="member__")), topic=topic, channel=channel, now=now)
        for portion in _portions(rows, among)
        for channel in open_channels()
    )


def _portions(standings: QuerySet[Standing], among: QuerySet[Standing]) -> Iterator[QuerySet[Standing]]:
    """The same by ranges of their ids, each in the order of the ids."""
    bounds = among.aggregate(first=Min("pk"), last=Max("pk"))
    if bounds["first"] is None:
        return
    for start in range(bounds["first"], bounds["last"] + 1, PORTION):
        yield standings.filter(pk__gte=start, pk__lt=start + PORTION).order_by("pk")
