"""Closing a period: its figures are frozen village by village, to be printed and compared ever after."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from members.models import User
from notifications.services import close_matter
from training.books import owed
from training.errors import PeriodClosed, PeriodStillRuns
from training.models import ClosedTally, Period, VillageTally
from training.periods import WESTERNMOST, is_over
from training.policies import PolicyBook

FIGURES = ("members", "required", "met", "exempt", "extended", "year_met")
BATCH = 2000


@transaction.atomic
def close_period(*, period: Period, by: User | None = None, now: datetime | None = None) -> Period:
    """Freeze the figures of every village; what is entered later shows as a correction beside them.

    Reminders of the half ask for nothing any more.

    Raises PeriodStillRuns until the last zone's midnight and the longest days of grace have passed, and
    PeriodClosed the second time.
    """
    now = now or timezone.now()
    period = Period.objects.select_for_update(no_key=True).get(pk=period.pk)
    if period.is_closed:
        raise PeriodClosed
    if not _is_settled(period, now=now):
        raise PeriodStillRuns
    _freeze(period)
    period.closed_at, period.closed_by, period.closed_digest = now, by, digest_of_frozen(period)
    period.save(update_fields=["closed_at", "closed_by", "closed_digest"])
    close_matter(owed(period))
    return period


def _is_settled(period: Period, *, now: datetime) -> bool:
    """Whether the period and the longest days of grace are over everywhere."""
    grace = max((policy.grace_days for policy in PolicyBook.load().in_force(period)), default=0)
    return is_over(period, WESTERNMOST, now=now - timedelta(days=grace))


def close_due(*, now: datetime) -> int:
    """Close every period that was over `PERIOD_CLOSE_DAYS` ago, days of grace included; returns how many.

    One that another scheduler closes at the same moment is passed over.
    """
    days = settings.PERIOD_CLOSE_DAYS
    if not days:
        return 0
    moment = now - timedelta(days=days)
    due = [p for p in Period.objects.filter(closed_at__isnull=True) if _is_settled(p, now=moment)]
    closed = 0
    for period in due:
        with suppress(PeriodClosed):
            close_period(period=period, now=now)
            closed += 1
    return closed


def digest_of_frozen(period: Period) -> str:
    """SHA-256 over the frozen figures of every village, whatever order a database gives them in.

    A figure that was not kept yet at the closing is left out, so that the digest of then still holds.
    """
    rows = ClosedTally.objects.filter(period=period).order_by().values_list("village_id", *FIGURES)
    lines = sorted(" ".join(str(v) for v in row if v is not None) for row in rows.iterator(chunk_size=BATCH))
    return sha256("\n".join(lines).encode()).hexdigest()


def _freeze(period: Period) -> None:
    rows = VillageTally.objects.filter(period=period).values("village_id", *FIGURES)
    batch: list[ClosedTally] = []
    for row in rows.iterator(chunk_size=BATCH):
        batch.append(ClosedTally(period=period, **row))
        if len(batch) == BATCH:
            ClosedTally.objects.bulk_create(batch)
            batch = []
    ClosedTally.objects.bulk_create(batch)
