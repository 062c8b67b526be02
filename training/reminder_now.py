"""Reminding the people of a list at an officer's word: a preview of it, and the act.

Each member is reminded by hand at most once a local day, by the constraint of HandReminder, whoever presses how often;
each officer up to REMIND_NOW_DAILY_LIMIT people a day. A handful of queries for any number of people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from members.models import Member, User
from notifications.channels import open_channels
from notifications.models import Channel
from notifications.planning import plan_selected
from notifications.quiet import next_allowed
from notifications.reach import reachable
from regions.models import Region
from regions.timezones import local_date
from training.models import HandReminder, Period, ReminderRun, Standing
from training.models.standing import StandingQuerySet
from training.zones import by_zone

TOPIC = "reminder_by_hand"
SENT_WITHIN = timedelta(days=1)  # what an officer wanted today is no longer meant the day after


@dataclass(frozen=True)
class ToRemind:
    """A list of members who owe `period` a training, the most urgent first, as an officer sees it at `now`."""

    standings: StandingQuerySet
    region: Region
    period: Period
    now: datetime

    @property
    def day(self) -> date:
        """The day of the officer's limit, by the region's clock."""
        return local_date(self.now, self.region.code)

    def judged(self) -> Any:
        """The standings with what decides about each, as 0 or 1, and the local day on which they would be told.

        As with the planned reminders, who was given longer or has left is not told; nor who has moved since a half
        that is over.
        """
        told = Q(extended_to__isnull=True, member__status=Member.Status.ACTIVE, member__village=F("village"))
        told &= Q(period__closed_at__isnull=True)
        day = by_zone("village_id", lambda code: day_of_sending(self.now, code), DateField())
        channels = {name: reachable(name, member="member__") for name in open_channels()}
        anyhow = Q(pk__in=[])
        for reached in channels.values():
            anyhow |= reached
        return (
            self.standings.annotate(to_day=day, is_told=_flag(told), is_reached=_flag(anyhow))
            .annotate(**{f"via_{name}": _flag(reached) for name, reached in channels.items()})
            .annotate(is_already=_flag(Q(Exists(_ALREADY))))
        )


_ALREADY = HandReminder.objects.filter(member=OuterRef("member"), day=OuterRef("to_day"))
READY = Q(is_told=1, is_already=0, is_reached=1)
UNREACHED = Q(is_told=1, is_already=0, is_reached=0)
_NO_PHONE = Q(member__phone__isnull=True) | Q(member__phone="")


def _flag(condition: Q) -> Case:
    """1 or 0, never NULL."""
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def day_of_sending(now: datetime, code: str) -> date:
    """The local day on which a reminder given now is sent: at night it is the morning's."""
    return local_date(next_allowed(now, code), code)


@dataclass(frozen=True)
class Preview:
    """What reminding a list now would come to, in people; `channels` says how many of those ready each reaches.

    `without_phone` are those of the unreachable of whom no number is known either.
    """

    listed: int
    excused: int
    already: int
    unreachable: int
    without_phone: int
    ready: int
    channels: Mapping[str, int]
    limit_left: int

    @property
    def by_phone(self) -> int:
        """How many of the unreachable have a number: their officer can call them."""
        return self.unreachable - self.without_phone

    @property
    def reminded(self) -> int:
        """How many would be reminded."""
        return min(self.ready, self.limit_left)

    @property
    def over_limit(self) -> int:
        """How many would have to wait for another day."""
        return self.ready - self.reminded


def preview_now(*, people: ToRemind, officer: User) -> Preview:
    """What `remind_now` would do with the same list; two queries, nothing is written."""
    left = _limit_left(officer, people.day)
    counts: dict[str, int] = (
        people.judged()
        .order_by()
        .aggregate(
            listed=Count("pk"),
            excused=Count("pk", filter=Q(is_told=0)),
            already=Count("pk", filter=Q(is_told=1, is_already=1)),
            unreachable=Count("pk", filter=UNREACHED),
            without_phone=Count("pk", filter=UNREACHED & _NO_PHONE),
            ready=Count("pk", filter=READY),
            **{f"by_{name}": Count("pk", filter=READY & Q(**{f"via_{name}": 1})) for name in open_channels()},
        )
    )
    channels = {name: counts.pop(f"by_{name}") for name in open_channels()}
    return Preview(**counts, channels=channels, limit_left=left)


def _limit_left(officer: User, day: date) -> int:
    runs = ReminderRun.objects.filter(officer=officer, day=day)
    limit: int = settings.REMIND_NOW_DAILY_LIMIT
    return max(0, limit - (runs.aggregate(people=Sum("reminded"))["people"] or 0))


@transaction.atomic
def remind_now(*, people: ToRemind, officer: User, token: UUID, filters: str = "") -> ReminderRun:
    """Remind the people of the list, in its order and as many as the officer's day allows; returns what was done.

    The same officer's same `token` once more returns the run it made. `filters` says the choice in words, without
    anybody's name.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=officer.pk)  # one at a time: the limit is theirs
    if made := ReminderRun.objects.filter(officer=locked, token=token).first():
        return made
    seen = preview_now(people=people, officer=locked)
    run = ReminderRun.objects.create(
        token=token,
        officer=locked,
        region=people.region,
        period=people.period,
        filters=filters[:300],
        day=people.day,
        listed=seen.listed,
        skipped=seen.already,
        unreachable=seen.unreachable,
        created_at=people.now,
    )
    run.reminded = _claim(people, run, seen.reminded)  # no more than were counted: others may owe by now
    run.skipped += max(0, seen.reminded - run.reminded)  # somebody else was faster with these
    run.save(update_fields=["reminded", "skipped"])
    for channel in open_channels():
        plan_selected(_people_of(run, channel), topic=TOPIC, channel=channel, now=people.now)
    return run


def _claim(people: ToRemind, run: ReminderRun, most: int) -> int:
    """Take the first `most` people of the list for the run; returns how many nobody had taken for their day.

    Written in the order of the members' ids, so that two officers at once wait for each other.
    """
    if not most:  # also where Django knows without asking that there is nobody, and so has no SQL
        return 0
    chosen = people.judged().filter(READY)[:most].values("pk")
    columns = {
        "run_id": Value(run.pk, IntegerField()),
        "member_id": F("member_id"),
        "day": by_zone("village_id", lambda code: day_of_sending(people.now, code), DateField()),
    }
    rows = Standing.objects.filter(pk__in=chosen).annotate(**{f"to_{name}": value for name, value in columns.items()})
    ordered = rows.order_by("member_id").values_list(*(f"to_{name}" for name in columns))
    select, parameters = ordered.query.sql_with_params()
    quote = connection.ops.quote_name
    table, names = quote(HandReminder._meta.db_table), ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        # The SELECT is Django's own, with its parameters apart; names are our own columns.
        cursor.execute(f"INSERT INTO {table} ({names}) {select} ON CONFLICT DO NOTHING", parameters)
        return int(cursor.rowcount)


def _people_of(run: ReminderRun, channel: str) -> QuerySet[HandReminder]:
    """The run's people whom the channel reaches, as `plan_selected` takes them."""
    moment, village = DateTimeField(), "member__village_id"

    def from_when(code: str) -> datetime:
        """At once to the inbox, which wakes nobody."""
        return run.created_at if channel == Channel.INBOX else next_allowed(run.created_at, code)

    return (
        run.people.filter(reachable(channel, member="member__"))
        .annotate(
            to_key=Value(f"remind:{run.period.code}:{run.pk}", CharField()),
            to_due_at=by_zone(village, from_when, moment),
            to_expires_at=by_zone(village, lambda code: from_when(code) + SENT_WITHIN, moment),
            to_member=F("member_id"),
            to_user=F("member__user_id"),
            to_region=F(village),
        )
        .order_by("member_id")
    )
