"""Everything the scheduler would do, once: each step repairs what its room may have missed, and may run at any time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

from certificates.batches import finish_runs, trim_batches
from certificates.revoking import revoke_reversed
from certificates.services import issue_due
from courses.services import repair_completions, repair_seats
from monitoring.weekly import send_weekly
from notifications.delivering import deliver_due
from notifications.retention import trim_log
from quizzes.services import finish_overdue
from training.closing import close_due
from training.import_previews import clear_previews
from training.periods import current_periods
from training.reminder_digests import plan_digests
from training.reminder_planning import plan_reminders
from training.reminder_retention import trim_runs
from training.services import lapse_extensions, open_period

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Done:
    """What a step did, how much of it could not be done, and how much waits its turn: that is no failure.

    `expired` is what waited too long, and will not be done any more.
    """

    done: int
    left: int = 0
    waiting: int = 0
    expired: int = 0


def _finish_attempts(now: datetime) -> Done:
    return Done(*finish_overdue(now=now))


def _repair_courses(_now: datetime) -> Done:
    return Done(*repair_completions())


def _repair_seats(_now: datetime) -> Done:
    return Done(repair_seats())


def _open_periods(now: datetime) -> Done:
    """Standings for everyone in every period that runs now somewhere in the country."""
    return Done(sum(open_period(period=period, now=now).standings for period in current_periods(now=now)))


def _lapse_extensions(now: datetime) -> Done:
    return Done(lapse_extensions(now=now))


def _close_periods(now: datetime) -> Done:
    return Done(close_due(now=now))


def _revoke_certificates(_now: datetime) -> Done:
    return Done(revoke_reversed())


def _issue_certificates(_now: datetime) -> Done:
    result = issue_due(seconds=settings.ISSUING_SECONDS)
    return Done(result.issued, result.failed, result.waiting)


def _finish_batches(now: datetime) -> Done:
    """Batches of certificates that a worker left half made, and files that nobody needs any longer."""
    trim_batches(now=now)
    return Done(*finish_runs(now=now))


def _send_weekly(now: datetime) -> Done:
    result = send_weekly(now=now)
    return Done(result.sent, result.failed, result.left)


def _plan_reminders(now: datetime) -> Done:
    return Done(plan_reminders(now=now))


def _plan_digests(now: datetime) -> Done:
    return Done(plan_digests(now=now))


def _deliver_messages(now: datetime) -> Done:
    """A channel that seems to be down is reported, and so are messages that there was no time for before they expired.

    Single messages that were refused are in the log of deliveries only.
    """
    result = deliver_due(now=now)
    return Done(result.sent, result.stopped, result.left, result.expired)


def _trim_log(now: datetime) -> Done:
    return Done(trim_log(now=now) + trim_runs(now=now))


def _clear_previews(now: datetime) -> Done:
    return Done(clear_previews(now=now))


# In the order in which one step's work may give the next one something to do.
STEPS: dict[str, Callable[[datetime], Done]] = {
    "attempts finished": _finish_attempts,
    "courses completed": _repair_courses,
    "trainers seated": _repair_seats,
    "standings settled": _open_periods,
    "extensions lapsed": _lapse_extensions,
    "periods closed": _close_periods,
    "certificates revoked": _revoke_certificates,
    "certificates issued": _issue_certificates,
    "batches finished": _finish_batches,
    "weekly reports sent": _send_weekly,
    "reminders planned": _plan_reminders,
    "digests planned": _plan_digests,
    "messages delivered": _deliver_messages,
    "log entries removed": _trim_log,
    "previews forgotten": _clear_previews,
}


@dataclass(frozen=True)
class StepResult:
    """What one step came to; `failed` if it raised or left work undone, which never keeps the others from running."""

    name: str
    done: int
    failed: bool = False
    waiting: int = 0
    expired: int = 0

    def __str__(self) -> str:
        waiting = f" ({self.waiting} left for the next run)" if self.waiting else ""
        expired = f" ({self.expired} expired undone)" if self.expired else ""
        return f"{self.done} {self.name}{waiting}{expired}"


def run_periodic(*, now: datetime | None = None) -> list[StepResult]:
    """Run every step as of `now`, by default of the moment at which it begins.

    A step that fails is logged and reported; the next one gets a database connection that works again.
    """
    return [_run_step(name, step, now or timezone.now()) for name, step in STEPS.items()]


def _run_step(name: str, step: Callable[[datetime], Done], now: datetime) -> StepResult:
    try:
        result = step(now)
        has_failed = result.left > 0 or result.expired > 0
        return StepResult(name, result.done, has_failed, result.waiting, result.expired)
    except Exception:
        logger.exception("periodic step failed: %s", name)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # the next step opens another one
        return StepResult(name, 0, failed=True)
