"""Bookkeeping: brings standings and village tallies in step with the ledger and the members.

Only the room's services call this. Everything here runs inside their transaction, and locks are always taken in one
order, so that writers queue and never deadlock: members (by id), their standings, last the tallies (by village).
Tallies are recounted from the standings while their row is locked, so a later writer always sees the ones before it
and a damaged tally mends itself with the next training.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Count, F, Q, Sum

from members.models import Member
from training.models import Period, Standing, TrainingRecord, VillageTally
from training.periods import is_over
from training.policies import PolicyBook, needed

STANDING_FIELDS = ("village_id", "is_serving", "needed", "counted", "lesson_hours")
TALLY_FIELDS = ("members", "required", "met")


@dataclass
class Change:
    """A standing whose stored row differs from what it should be; `before` is empty where there was no row."""

    standing: Standing
    before: dict[str, object] = field(default_factory=dict)

    @property
    def after(self) -> dict[str, object]:
        """The right values."""
        return {name: getattr(self.standing, name) for name in STANDING_FIELDS}


@dataclass
class TallyChange:
    """A tally whose stored row differs from what its standings add up to."""

    tally: VillageTally
    before: dict[str, int]
    after: dict[str, int]


@dataclass
class Settled:
    """What a settlement looked at, and what was wrong."""

    standings: int
    standing_changes: list[Change]
    tallies: int
    tally_changes: list[TallyChange]


def members_of(
    *,
    villages: Sequence[str],
    active: bool,
    others: models.QuerySet[Standing],
    trained: models.QuerySet[TrainingRecord] | None = None,
) -> list[Member]:
    """The villages' active members if asked, and whoever holds one of these rows, locked in the one order.

    The holders' ids are fetched first: an OR with a subquery would make both databases read every member.
    """
    ids = set(others.order_by().values_list("member_id", flat=True))
    if trained is not None:
        ids |= set(trained.order_by().values_list("member_id", flat=True))
    chosen = Q(pk__in=ids)
    if active:
        chosen |= Q(village__in=villages, status=Member.Status.ACTIVE)
    members = Member.objects.select_for_update(no_key=True).only("village_id", "status", "joined_on")
    return list(members.filter(chosen).order_by("pk"))


def _ledger_sums(members: Sequence[Member], **period: object) -> dict[int, tuple[int, Decimal]]:
    """Trainings and lesson hours of each member in a period; members without any are absent."""
    rows = TrainingRecord.objects.filter(member__in=members, **period).order_by().values("member_id")
    return {
        row["member_id"]: (row["trainings"], row["hours"])
        for row in rows.annotate(trainings=Count("pk"), hours=Sum("lesson_hours"))
    }


def _first_half_counts(members: Sequence[Member], period: Period, book: PolicyBook) -> dict[int, int]:
    """Trainings in the first half of the period's year, where a policy asks the year for more than its halves."""
    asks_more = any(p.per_year > 2 * p.per_half for p in (book.policy_for(m.village_id) for m in members))
    if period.half == 1 or not asks_more:
        return {}
    sums = _ledger_sums(members, period__year=period.year, period__half=1)
    return {member_id: trainings for member_id, (trainings, _hours) in sums.items()}


def assess(*, members: Sequence[Member], period: Period, now: datetime) -> tuple[list[Standing], list[Change]]:
    """What each member's standing should be, and which of them differ from what is stored; writes nothing.

    Constant queries for any number of members.
    """
    stored = {s.member_id: s for s in Standing.objects.filter(member__in=members, period=period)}
    sums = _ledger_sums(members, period=period)
    book = PolicyBook.load()
    first_half = _first_half_counts(members, period, book)
    standings, changes = [], []
    for member in members:
        standing = stored.get(member.pk) or Standing(member=member, period=period, village_id=member.village_id)
        before = {} if standing.pk is None else {name: getattr(standing, name) for name in STANDING_FIELDS}
        standing.counted, standing.lesson_hours = sums.get(member.pk, (0, Decimal(0)))
        if standing.pk is None or not is_over(period, standing.village_id, now=now):
            _set_need(standing, member, period, book, first_half.get(member.pk, 0))
        standings.append(standing)
        if (change := Change(standing, before)).after != before:
            changes.append(change)
    return standings, changes


def _set_need(standing: Standing, member: Member, period: Period, book: PolicyBook, first_half: int) -> None:
    standing.village_id = member.village_id
    active = member.status == Member.Status.ACTIVE
    standing.is_serving = active and member.joined_on is not None and member.joined_on <= period.last_day
    standing.needed = 0
    if standing.is_serving:
        policy = book.policy_for(member.village_id)
        standing.needed = needed(
            policy=policy, period=period, joined_on=member.joined_on, counted_first_half=first_half
        )


def settle(*, members: Sequence[Member], period: Period, now: datetime, villages: Iterable[str] = ()) -> Settled:
    """Bring the standings of these members (rows locked by the caller) up to date, and their villages' tallies.

    `villages` are recounted besides those of the members.
    """
    standings, changes = assess(members=members, period=period, now=now)
    store(changes)
    touched = {*villages} | {standing.village_id for standing in standings}
    touched |= {str(change.before["village_id"]) for change in changes if change.before}
    return Settled(len(standings), changes, len(touched), recount(period=period, villages=touched))


def store(changes: Sequence[Change]) -> None:
    """Write the right values of these standings."""
    Standing.objects.bulk_create([change.standing for change in changes if not change.before], batch_size=500)
    fields = ["village", "is_serving", "needed", "counted", "lesson_hours"]
    Standing.objects.bulk_update([change.standing for change in changes if change.before], fields, batch_size=200)


def counts(*, period: Period, villages: Iterable[str]) -> dict[str, dict[str, int]]:
    """The figures of each village as its standings add up; villages without standings are absent."""
    owes = Q(needed__gt=0)
    rows = Standing.objects.filter(period=period, village__in=list(villages)).order_by().values("village_id")
    rows = rows.annotate(
        members=Count("pk", filter=Q(is_serving=True)),
        required=Count("pk", filter=owes),
        met=Count("pk", filter=owes & Q(counted__gte=F("needed"))),
    )
    return {row.pop("village_id"): row for row in map(dict[str, Any], rows)}


def _locked_tallies(period: Period, villages: Iterable[str]) -> list[VillageTally]:
    rows = VillageTally.objects.select_for_update(no_key=True).filter(period=period, village__in=list(villages))
    return list(rows.order_by("village_id"))


def recount(*, period: Period, villages: Iterable[str]) -> list[TallyChange]:
    """Make these villages' tallies what their standings add up to; returns those that were not."""
    codes = sorted(villages)
    tallies = _locked_tallies(period, codes)
    missing = sorted(set(codes) - {tally.village_id for tally in tallies})
    if missing:
        VillageTally.objects.bulk_create(
            [VillageTally(period=period, village_id=code) for code in missing], ignore_conflicts=True
        )
        tallies += _locked_tallies(period, missing)
    right = counts(period=period, villages=codes)
    wrong = []
    for tally in tallies:
        before = {name: getattr(tally, name) for name in TALLY_FIELDS}
        after = right.get(tally.village_id, dict.fromkeys(TALLY_FIELDS, 0))
        if before != after:
            wrong.append(TallyChange(tally, before, after))
            for name, value in after.items():
                setattr(tally, name, value)
    VillageTally.objects.bulk_update([change.tally for change in wrong], TALLY_FIELDS, batch_size=200)
    return wrong
