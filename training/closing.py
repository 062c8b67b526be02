"""Closing a period: its figures are frozen village by village, to be printed and compared ever after."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from members.models import User
from training.errors import PeriodClosed, PeriodStillRuns
from training.models import ClosedTally, Period, VillageTally
from training.periods import is_over
from training.policies import PolicyBook

FIGURES = ("members", "required", "met", "exempt", "extended")
BATCH = 2000
WESTERNMOST = "11"  # Aceh: where a day ends last


@transaction.atomic
def close_period(*, period: Period, by: User | None = None, now: datetime | None = None) -> Period:
    """Freeze the figures of every village; what is entered later shows as a correction beside them.

    Raises PeriodStillRuns until the last zone's midnight and the longest days of grace have passed, and
    PeriodClosed the second time.
    """
    now = now or timezone.now()
    period = Period.objects.select_for_update(no_key=True).get(pk=period.pk)
    if period.is_closed:
        raise PeriodClosed
    grace = max((policy.grace_days for policy in PolicyBook.load().in_force(period)), default=0)
    if not is_over(period, WESTERNMOST, now=now - timedelta(days=grace)):
        raise PeriodStillRuns
    _freeze(period)
    period.closed_at, period.closed_by = now, by
    period.save(update_fields=["closed_at", "closed_by"])
    return period


def _freeze(period: Period) -> None:
    rows = VillageTally.objects.filter(period=period).values("village_id", *FIGURES)
    batch: list[ClosedTally] = []
    for row in rows.iterator(chunk_size=BATCH):
        batch.append(ClosedTally(period=period, **row))
        if len(batch) == BATCH:
            ClosedTally.objects.bulk_create(batch)
            batch = []
    ClosedTally.objects.bulk_create(batch)
