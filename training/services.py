"""Writes of the room: the one door into the ledger, and the standings that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from members.models import Member
from regions.timezones import local_date
from training.books import members_of, settle
from training.errors import SourceTaken
from training.models import Period, Standing, TrainingRecord
from training.periods import current_period, period_of
from training.signals import training_recorded

VILLAGES_A_BATCH = 50  # some 750 members: one short transaction


@dataclass(frozen=True)
class Opened:
    """What opening a period did."""

    villages: int = 0
    standings: int = 0


def _lock(member: Member) -> Member:
    """The member as stored now, locked until the transaction ends; inserts that refer to them may go on."""
    return Member.objects.select_for_update(no_key=True).get(pk=member.pk)


@transaction.atomic
def record_training(
    *,
    member: Member,
    source: str,
    kind: str,
    title: str,
    lesson_hours: Decimal | float,
    completed_at: datetime,
    score: Decimal | float | None = None,
    field: str = "",
    organiser: str = "",
    syllabus: Sequence[dict[str, Any]] = (),
) -> TrainingRecord:
    """Enter one finished training into the ledger, once per `source`, and settle the member's standing with it.

    `lesson_hours` in JP (45 minutes), `completed_at` aware, `score` 0–100, `syllabus` a list of
    `{"title", "lesson_hours"}`. A second call with the same source returns the row that stands and changes nothing.
    After commit, `training_recorded` is sent for a new row. Raises SourceTaken if the source is another member's.
    """
    locked = _lock(member)
    period = period_of(completed_at, locked.village_id)
    record, created = TrainingRecord.objects.get_or_create(
        source=source,
        defaults={
            "member": locked,
            "village_id": locked.village_id,
            "period": period,
            "kind": kind,
            "title": title,
            "field": field,
            "lesson_hours": lesson_hours,
            "score": score,
            "organiser": organiser,
            "syllabus": list(syllabus),
            "completed_at": completed_at,
            "completed_on": local_date(completed_at, locked.village_id),
        },
    )
    if record.member_id != locked.pk:
        raise SourceTaken
    if created:
        _settle_after_training(locked, period)
        announce = partial(training_recorded.send_robust, sender=TrainingRecord, record_id=record.pk)
        transaction.on_commit(announce, robust=True)
    return record


def _settle_after_training(member: Member, period: Period) -> None:
    """Settle the training's period, and the second half whose need a late training of the first half may lower."""
    now = timezone.now()
    settle(members=[member], period=period, now=now)
    if period.half == 1:
        later = Standing.objects.filter(member=member, period__year=period.year, period__half=2)
        for standing in later.select_related("period"):
            settle(members=[member], period=standing.period, now=now)


@transaction.atomic
def open_standing(*, member: Member, period: Period) -> Standing:
    """Give the member their standing in the period, or bring it up to date."""
    settle(members=[_lock(member)], period=period, now=timezone.now())
    return Standing.objects.get(member=member, period=period)


def refresh_standing(*, member: Member, now: datetime | None = None) -> Standing:
    """Settle the member's current period again: after they left, came back or moved to another village."""
    return open_standing(member=member, period=current_period(member.village_id, now=now))


def open_period(*, period: Period, now: datetime | None = None) -> Opened:
    """Give every active member a standing in the period and settle those who left or moved since.

    Works through the villages that need it, a batch in each transaction, so it may be stopped and run again; a run
    with nothing to do costs two queries.
    """
    codes = _unsettled_villages(period)
    standings = 0
    for start in range(0, len(codes), VILLAGES_A_BATCH):
        standings += _open_villages(period, codes[start : start + VILLAGES_A_BATCH], now or timezone.now())
    return Opened(villages=len(codes), standings=standings)


def _unsettled_villages(period: Period) -> list[str]:
    """Villages with an active member without a serving standing, or a serving standing whose member left or moved."""
    serving = Standing.objects.filter(period=period, is_serving=True)
    owed = Member.objects.active().filter(joined_on__lte=period.last_day)
    without = owed.filter(~Exists(serving.filter(member=OuterRef("pk"))))
    stale = serving.filter(~Q(member__status=Member.Status.ACTIVE) | ~Q(village=F("member__village")))
    codes = set(without.order_by().values_list("village_id", flat=True).distinct())
    return sorted(codes | set(stale.order_by().values_list("village_id", flat=True).distinct()))


@transaction.atomic
def _open_villages(period: Period, codes: Sequence[str], now: datetime) -> int:
    members = members_of(villages=codes, active=True, others=Standing.objects.filter(period=period, village__in=codes))
    return len(settle(members=members, period=period, now=now).standing_changes)
