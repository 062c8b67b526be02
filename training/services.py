"""Writes of the room: the one door into the ledger, and the standings that follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any, NotRequired, TypedDict, Unpack

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from members.models import Member, User
from regions.timezones import local_date
from training.books import lock_members, recount_year, settle
from training.bulk_opening import count_anew, open_ordinary
from training.errors import AlreadyReversed, OwnMatter, ReasonMissing, SourceTaken
from training.models import Evidence, Extension, Period, Policy, Reversal, Standing, TrainingRecord
from training.periods import (
    EASTERNMOST,
    WESTERNMOST,
    current_period,
    half_before,
    half_of,
    is_over,
    period_of,
    runs_somewhere,
)
from training.policies import PolicyBook, policy_for
from training.signals import training_recorded, training_reversed

VILLAGES_OPENED_AT_ONCE = 200  # some 3,000 members, most of them opened without being judged
LONGEST_GRACE = 90  # days, as the policy's own validator has it


@dataclass(frozen=True)
class Opened:
    """What opening a period did."""

    villages: int = 0
    standings: int = 0


def lock(member: Member) -> Member:
    """The member as stored now, locked until the transaction ends; inserts that refer to them may go on."""
    return Member.objects.select_for_update(no_key=True).get(pk=member.pk)


class Particulars(TypedDict):
    """What the ledger says about a training, whoever had it: a snapshot that needs no page and no quiz.

    `lesson_hours` in JP (45 minutes), `score` 0–100, `subject` what is the same each time the same course is taken,
    `syllabus` a list of `{"title", "lesson_hours"}`, `course_revision` the number of what was published of it by then.
    """

    kind: str
    title: str
    lesson_hours: Decimal | float
    score: NotRequired[Decimal | float | None]
    field: NotRequired[str]
    subject: NotRequired[str]
    organiser: NotRequired[str]
    syllabus: NotRequired[list[dict[str, Any]]]
    course_revision: NotRequired[int | None]


@transaction.atomic
def record_training(
    *, member: Member, source: str, completed_at: datetime, **particulars: Unpack[Particulars]
) -> TrainingRecord:
    """Enter one finished training into the ledger, once per `source`, and settle the member's standing with it.

    `completed_at` is aware. A second call with the same source returns the row that stands and changes nothing.
    After commit, `training_recorded` is sent for a new row. Raises SourceTaken if the source is another member's.
    """
    locked = lock(member)
    period = period_it_counts_in(locked, completed_at, particulars.get("subject", ""))
    record, created = TrainingRecord.objects.get_or_create(
        source=source,
        defaults={
            "member": locked,
            "village_id": locked.village_id,
            "period": period,
            "completed_at": completed_at,
            "completed_on": local_date(completed_at, locked.village_id),
            **particulars,
        },
    )
    if record.member_id != locked.pk:
        raise SourceTaken
    if created:
        settle_after(locked, period)
        announce = partial(training_recorded.send_robust, sender=TrainingRecord, record_id=record.pk)
        transaction.on_commit(announce, robust=True)
    return record


def period_it_counts_in(member: Member, completed_at: datetime, subject: str = "") -> Period:
    """The period of the moment; until the end of an extension or of the days of grace the one before, while owed.

    A course counts once a half: one that stands in the half before already counts in the running one.
    """
    late = late_half(member, completed_at)
    if late is None or (subject and TrainingRecord.objects.standing().of(member, subject).filter(period=late).exists()):
        return period_of(completed_at, member.village_id)
    return late


def late_half(member: Member, moment: datetime) -> Period | None:
    """The half before, while the member owes it and a training of this moment still counts for it."""
    standing = late_standing(member, moment)
    return None if standing is None else standing.period


def late_standing(member: Member, moment: datetime) -> Standing | None:
    """The member's standing in `late_half`; no query once neither grace nor extension can reach that far."""
    day = local_date(moment, member.village_id)
    year, half = half_of(day)
    if (day - Period(year=year, half=half).first_day).days >= LONGEST_GRACE:
        return None
    owed = owed_before(member, day)
    if owed is None:
        return None
    return owed if still_counts(owed, day, policy_for(owed.village_id, owed.period)) else None


def owed_before(member: Member, day: date) -> Standing | None:
    """The member's standing, with its period, in the half before this day's, while they owe something there."""
    year, half = half_before(*half_of(day))
    standings = Standing.objects.missing().filter(member=member, period__year=year, period__half=half)
    return standings.select_related("period").first()


def still_counts(owed: Standing, day: date, policy: Policy) -> bool:
    """Whether a training of this day counts in the half of `owed`, which is over: by its `policy` or an extension."""
    if (day - owed.period.last_day).days <= policy.grace_days:
        return True
    # The grant, not the standing's day: that one is cleared as soon as it has passed.
    granted = Extension.objects.granted().filter(member=owed.member_id, period=owed.period, until__gte=day)
    return granted.exists()


def settle_after(member: Member, period: Period) -> None:
    """Settle a member (locked by the caller) after something changed in a half, and the halves after it.

    What is done in one half may pay for the next one, and a compulsory course holds for years. A half that is over
    changes for those only who held a standing in it.
    """
    now = timezone.now()
    settle(members=[member], period=period, now=now)
    if not is_over(period, EASTERNMOST, now=now):
        return  # nobody has a standing in a later one yet: those are opened as soon as it is over anywhere
    later = Q(period__year__gt=period.year) | Q(period__year=period.year, period__half__gt=period.half)
    standings = Standing.objects.filter(later, member=member).select_related("period")
    for standing in standings.order_by("period__year", "period__half"):
        settle(members=[member], period=standing.period, now=now)


@transaction.atomic
def reverse_training(*, record: TrainingRecord, reason: str, by: User) -> Reversal:
    """Take a wrongly entered training back: its row and the reversal stay, neither counts; standings follow.

    What proved it may be entered again.
    After commit, `training_reversed` is sent. Raises ReasonMissing, OwnMatter (nobody takes back a training of
    their own), and AlreadyReversed if somebody was faster.
    """
    if not reason.strip():
        raise ReasonMissing
    member = lock(record.member)
    if member.user_id == by.pk:
        raise OwnMatter
    if Reversal.objects.filter(record=record).exists():
        raise AlreadyReversed
    reversal = Reversal.objects.create(record=record, reason=reason.strip(), reversed_by=by)
    Evidence.objects.filter(record=record).update(is_taken_back=True)
    settle_after(member, record.period)
    announce = partial(training_reversed.send_robust, sender=Reversal, record_id=record.pk)
    transaction.on_commit(announce, robust=True)
    return reversal


@transaction.atomic
def open_standing(*, member: Member, period: Period) -> Standing:
    """Give the member their standing in the period, or bring it up to date.

    Raises Standing.DoesNotExist where the period is over and they held none.
    """
    settle(members=[lock(member)], period=period, now=timezone.now())
    return Standing.objects.get(member=member, period=period)


@transaction.atomic
def refresh_standing(*, member: Member, now: datetime | None = None) -> Standing:
    """Settle the member's current period again: after they left, came back or moved to another village.

    Around the midnight between halves they may hold a standing in the one that runs in other zones too.
    """
    now = now or timezone.now()
    period = current_period(member.village_id, now=now)
    halves = {period}
    if half_of(local_date(now, EASTERNMOST)) != half_of(local_date(now, WESTERNMOST)):
        held = Standing.objects.filter(member=member).exclude(period=period).select_related("period")
        halves |= {standing.period for standing in held if runs_somewhere(standing.period, now=now)}
    in_order = sorted(halves, key=attrgetter("year", "half"))  # as tallies are locked everywhere
    return {half: open_standing(member=member, period=half) for half in in_order}[period]


@transaction.atomic
def judge_anew(*, member: Member, now: datetime | None = None) -> None:
    """Settle every half in which the member holds a standing, the earliest first: their day of joining changed."""
    locked, now = lock(member), now or timezone.now()
    for standing in (
        Standing.objects.filter(member=locked).select_related("period").order_by("period__year", "period__half")
    ):
        settle(members=[locked], period=standing.period, now=now)


def open_period(*, period: Period, now: datetime | None = None) -> Opened:
    """Give every active member a standing in the period and settle those who left or moved since.

    Works through the villages that need it, a batch in each transaction, so it may be stopped at any moment and run
    again; a run with nothing to do costs two queries.
    """
    now = now or timezone.now()
    codes = _still_open(_unsettled_villages(period), period, now)
    standings = 0
    for turn, batch in enumerate(_batches(codes, VILLAGES_OPENED_AT_ONCE), start=1):
        standings += _open_villages(period, batch, now)
        count_anew(turn)
    return Opened(villages=len(codes), standings=standings)


def _batches(codes: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (codes[start : start + size] for start in range(0, len(codes), size))


def _unsettled_villages(period: Period) -> list[str]:
    """Villages with an active member without a serving standing, or a serving standing whose member left or moved."""
    serving = Standing.objects.filter(period=period, is_serving=True)
    owed = Member.objects.active().filter(joined_on__lte=period.last_day)
    without = owed.filter(~Exists(serving.filter(member=OuterRef("pk"))))
    stale = serving.filter(~Q(member__status=Member.Status.ACTIVE) | ~Q(village=F("member__village")))
    codes = set(without.order_by().values_list("village_id", flat=True).distinct())
    return sorted(codes | set(stale.order_by().values_list("village_id", flat=True).distinct()))


def _still_open(codes: Sequence[str], period: Period, now: datetime) -> Sequence[str]:
    """While the period is over in some zones only: the villages of the others, for who served is history in those."""
    if not is_over(period, EASTERNMOST, now=now) or is_over(period, WESTERNMOST, now=now):
        return codes
    return [code for code in codes if not is_over(period, code, now=now)]


@transaction.atomic
def _open_villages(period: Period, codes: Sequence[str], now: datetime) -> int:
    """The ordinary members in one stroke, whoever is left one by one; the tallies once for all of them."""
    held = Standing.objects.filter(period=period, village__in=codes)
    everybody = lock_members(villages=codes, others=held)
    opened = open_ordinary(period=period, villages=codes, locked=everybody, policies=PolicyBook.load())
    rest = Member.objects.only("village_id", "status", "joined_on").filter(pk__in=everybody - opened).order_by("pk")
    settled = settle(members=list(rest), period=period, now=now, villages=codes, opening=True)
    recount_year(period, opened, now=now)
    return len(opened) + len(settled.standing_changes)


def lapse_extensions(*, now: datetime | None = None) -> int:
    """Settle the standings whose extension has run out since, a period in each transaction; returns how many."""
    now = now or timezone.now()
    run_out = Standing.objects.filter(extended_to__lt=local_date(now, EASTERNMOST)).select_related("period")
    by_period: dict[Period, list[int]] = {}
    for standing in run_out:
        by_period.setdefault(standing.period, []).append(standing.member_id)
    return sum(_settle_members(ids, period, now) for period, ids in by_period.items())


@transaction.atomic
def _settle_members(ids: Sequence[int], period: Period, now: datetime) -> int:
    members = Member.objects.select_for_update(no_key=True).only("village_id", "status", "joined_on")
    return len(settle(members=list(members.filter(pk__in=ids).order_by("pk")), period=period, now=now).standing_changes)
