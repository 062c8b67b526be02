"""Everything the scheduler would do, once: each step repairs what its room may have missed, and may run at any time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from certificates.services import issue_due, revoke_reversed
from courses.services import repair_completions, repair_seats
from monitoring.weekly import send_weekly
from notifications.delivering import deliver_due
from quizzes.services import finish_overdue
from training.closing import close_due
from training.periods import current_periods
from training.reminder_planning import plan_reminders
from training.services import lapse_extensions, open_period

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Done:
    """What a step did, and how much of it could not be done and is left for the next run."""

    done: int
    left: int = 0


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
    result = issue_due()
    return Done(result.issued, result.failed)


def _send_weekly(now: datetime) -> Done:
    result = send_weekly(now=now)
    return Done(result.sent, result.failed)


def _plan_reminders(now: datetime) -> Done:
    return Done(plan_reminders(now=now))


def _deliver_messages(now: datetime) -> Done:
    """A channel that seems to be down is reported; single messages that failed are in the log of deliveries."""
    result = deliver_due(now=now)
    return Done(result.sent, result.stopped)


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
    "weekly reports sent": _send_weekly,
    "reminders planned": _plan_reminders,
    "messages delivered": _deliver_messages,
}


@dataclass(frozen=True)
class StepResult:
    """What one step came to; `failed` if it raised or left work undone, which never keeps the others from running."""

    name: str
    done: int
    failed: bool = False


def run_periodic(*, now: datetime) -> list[StepResult]:
    """Run every step; a step that fails is logged and reported."""
    results = []
    for name, step in STEPS.items():
        try:
            result = step(now)
            results.append(StepResult(name, result.done, failed=result.left > 0))
        except Exception:
            logger.exception("periodic step failed: %s", name)
            results.append(StepResult(name, 0, failed=True))
    return results
