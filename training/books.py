"""Bookkeeping: brings standings and village tallies in step with the ledger and the members.

Only the room's services call this. Everything here runs inside their transaction, and locks are always taken in one
order, so that writers queue and never deadlock: members (by id), their standings, the tallies (by village), last the
notices of those who owe nothing any more.
Tallies are recounted from the standings while their row is locked, so a later writer always sees the ones before it
and a damaged tally mends itself with the next training.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Count, Q, Value

from members.models import Member, User
from notifications.services import close_matter
from regions.timezones import local_date
from training.facts import Facts
from training.full_year import met_all_year, misses, second_half_of
from training.models import Period, Standing, TrainingRecord, VillageTally
from training.periods import EASTERNMOST, is_over
from training.rule import Verdict, judge

STANDING_FIELDS = (
    "village_id",
    "is_serving",
    "needed",
    "counted",
    "lesson_hours",
    "hours_needed",
    "missing_courses",
    "is_met",
    "met_on",
    "is_exempt",
    "extended_to",
)
TALLY_FIELDS = ("members", "required", "met", "exempt", "extended", "year_met")


@dataclass
class Change:
    """A standing whose stored row differs from what it should be; `before` is empty where there was no row."""

    standing: Standing
    before: dict[str, object] = field(default_factory=dict)

    @property
    def after(self) -> dict[str, object]:
        """The right values."""
        return {name: getattr(self.standing, name) for name in STANDING_FIELDS}

    @property
    def is_done_with(self) -> bool:
        """Whether it was owed, and is so no longer: met, excused, or left behind; or it was put off to a later day."""
        is_put_off = self.after["extended_to"] is not None and not self.before.get("extended_to")
        return _is_owed(self.before) and (is_put_off or not _is_owed(self.after))


def _is_owed(values: Mapping[str, object]) -> bool:
    """Whether these values of a standing make one be reminded, as `reminder_planning` asks the database."""
    return bool(values.get("is_serving") and values["needed"] and not values["is_met"])


def owed(period: Period) -> str:
    """The matter of the reminders of a half."""
    return f"owed:{period.code}"


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


def lock_members(*, villages: Sequence[str], others: models.QuerySet[Standing]) -> set[int]:
    """Lock whom `members_of` would lock, without reading more of them than their ids."""
    members = Member.objects.select_for_update(no_key=True)
    chosen = Q(village__in=villages, status=Member.Status.ACTIVE)
    if holders := set(others.order_by().values_list("member_id", flat=True)):
        chosen |= Q(pk__in=holders)
    return set(members.filter(chosen).order_by("pk").values_list("pk", flat=True))


def assess(*, members: Sequence[Member], period: Period, now: datetime) -> tuple[list[Standing], list[Change]]:
    """What each member's standing should be, and which of them differ from what is stored; writes nothing.

    Constant queries for any number of members. Once the period is over in a member's village, that village and
    whether they served stay as they were; what they owed follows from those and from the half's policy.
    """
    stored = {s.member_id: s for s in Standing.objects.filter(member__in=members, period=period)}
    facts = Facts.gather(members=members, period=period)
    standings, changes = [], []
    for member in members:
        standing = stored.get(member.pk) or Standing(member=member, period=period, village_id=member.village_id)
        before = {} if standing.pk is None else {name: getattr(standing, name) for name in STANDING_FIELDS}
        if standing.pk is None or not is_over(period, standing.village_id, now=now):
            _set_place(standing, member, period)
        _set_verdict(standing, member, facts, today=local_date(now, standing.village_id))
        standings.append(standing)
        if (change := Change(standing, before)).after != before:
            changes.append(change)
    return standings, changes


def assess_one(member: Member, facts: Facts, *, now: datetime) -> Standing:
    """What one member's standing in the running half of these facts is by the rule; not stored, no query."""
    standing = Standing(member=member, period=facts.period)
    _set_place(standing, member, facts.period)
    _set_verdict(standing, member, facts, today=local_date(now, standing.village_id))
    return standing


def _set_place(standing: Standing, member: Member, period: Period) -> None:
    standing.village_id = member.village_id
    active = member.status == Member.Status.ACTIVE
    standing.is_serving = active and member.joined_on is not None and member.joined_on <= period.last_day


def _set_verdict(standing: Standing, member: Member, facts: Facts, *, today: date) -> None:
    verdict = verdict_of(standing, member, facts)
    standing.needed, standing.counted = verdict.needed, verdict.counted
    standing.lesson_hours, standing.hours_needed = verdict.lesson_hours, verdict.hours_needed
    standing.missing_courses = verdict.missing_courses
    standing.is_met, standing.met_on, standing.is_exempt = verdict.is_met, verdict.met_on, verdict.is_exempt
    until = facts.extensions.get(member.pk)
    standing.extended_to = until if verdict.needed and until and until >= today else None


def verdict_of(standing: Standing, member: Member, facts: Facts) -> Verdict:
    """The rule applied to one member; who does not serve owes nothing."""
    return judge(
        policy=facts.policies.policy_for(standing.village_id, facts.period),
        period=facts.period,
        joined_on=member.joined_on if standing.is_serving else None,
        trainings=facts.trainings.get(member.pk, ()),
        exemptions=facts.exemptions.get(member.pk, ()),
    )


def settle(
    *,
    members: Sequence[Member],
    period: Period,
    now: datetime,
    villages: Iterable[str] = (),
    keep: Iterable[str] = (),
    opening: bool = False,
    year: bool = True,
) -> Settled:
    """Bring the standings of these members (rows locked by the caller) up to date, and their villages' tallies.

    `villages` are recounted besides those of the members. Where the period is over nobody gets a new standing:
    whoever served then holds one, and a village of which only those who trained had one would look as if all of it
    had. `opening` gives them all the same, for whole villages at once. The tallies of the villages in `keep` stay.
    What changes in a first half changes the year's figure in the second one's tallies; without `year` the caller
    settles that half next.
    """
    standings, changes = assess(members=members, period=period, now=now)
    if not opening:
        standings = [s for s in standings if s.pk or not is_over(period, s.village_id, now=now)]
        changes = [c for c in changes if c.before or not is_over(period, c.standing.village_id, now=now)]
    store(changes)
    touched = {*villages} | {standing.village_id for standing in standings}
    touched |= {str(change.before["village_id"]) for change in changes if change.before}
    touched -= {*keep}
    settled = Settled(len(standings), changes, len(touched), recount(period=period, villages=touched))
    if year:
        recount_year(period, [c.standing.member_id for c in changes if misses(c.before) != misses(c.after)], now=now)
    if done := [change.standing.member_id for change in changes if change.is_done_with]:
        close_matter(owed(period), people=User.objects.filter(member__in=done))
    return settled


def recount_year(period: Period, members: Collection[int], *, now: datetime) -> None:
    """Count the second half anew where these members (by id) stand in it: what their first half `period` says changed.

    Nothing after a change in a second half, nor while nobody can stand in one: then no query.
    """
    if not members or period.half == 2 or not is_over(period, EASTERNMOST, now=now):
        return
    second, villages = second_half_of(members, period)
    if second:
        recount(period=second, villages=villages)


def store(changes: Sequence[Change]) -> None:
    """Write the right values of these standings."""
    Standing.objects.bulk_create([change.standing for change in changes if not change.before], batch_size=500)
    # Written over by their keys: a tenth of what bulk_update takes.
    changed = [
        Standing(member_id=change.standing.member_id, period_id=change.standing.period_id, **change.after)
        for change in changes
        if change.before
    ]
    Standing.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["member", "period"],
        update_fields=[name.removesuffix("_id") for name in STANDING_FIELDS],
        batch_size=500,
    )


def counts(*, period: Period, villages: Iterable[str]) -> dict[str, dict[str, int]]:
    """The figures of each village as its standings add up; villages without standings are absent."""
    owes = Q(needed__gt=0)
    rows = Standing.objects.filter(period=period, village__in=list(villages)).order_by().values("village_id")
    rows = rows.annotate(
        members=Count("pk", filter=Q(is_serving=True)),
        required=Count("pk", filter=owes),
        met=Count("pk", filter=Q(is_met=True)),
        exempt=Count("pk", filter=Q(is_exempt=True)),
        extended=Count("pk", filter=owes & Q(is_met=False, extended_to__isnull=False)),
        year_met=Count("pk", filter=met_all_year(period)) if period.half == 2 else Value(0),
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
    VillageTally.objects.bulk_create(
        [VillageTally(period=period, village_id=change.tally.village_id, **change.after) for change in wrong],
        update_conflicts=True,
        unique_fields=["period", "village"],
        update_fields=TALLY_FIELDS,
        batch_size=500,
    )
    return wrong
