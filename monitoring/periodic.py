"""Everything the scheduler would do, once: each step repairs what its room may have missed, and may run at any time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from quizzes.services import finish_overdue
from training.periods import current_periods
from training.services import open_period

logger = logging.getLogger(__name__)


def open_current_periods(*, now: datetime) -> int:
    """Standings for everyone in every period that runs now somewhere in the country; returns how many were set."""
    return sum(open_period(period=period, now=now).standings for period in current_periods(now=now))


# In the order in which one step's work may give the next one something to do.
STEPS: dict[str, Callable[[datetime], int]] = {
    "attempts finished": lambda now: finish_overdue(now=now),
    "standings settled": lambda now: open_current_periods(now=now),
}


@dataclass(frozen=True)
class StepResult:
    """What one step did; `failed` if it raised, which never keeps the others from running."""

    name: str
    done: int
    failed: bool = False


def run_periodic(*, now: datetime) -> list[StepResult]:
    """Run every step; a step that fails is logged and reported."""
    results = []
    for name, step in STEPS.items():
        try:
            results.append(StepResult(name, step(now)))
        except Exception:
            logger.exception("periodic step failed: %s", name)
            results.append(StepResult(name, 0, failed=True))
    return results
