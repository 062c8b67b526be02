"""How many attempts a member has: rounds of `max_attempts`, ended by a pass or by a wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from quizzes.errors import AttemptsUsedUp
from quizzes.models import Attempt, Quiz


@dataclass(frozen=True)
class Turn:
    """The next attempt: its number over all rounds, its round, and how many are left in that round, itself included."""

    number: int
    round: int
    left: int


def next_turn(*, quiz: Quiz, attempts: Sequence[Attempt], now: datetime) -> Turn:
    """The turn that follows one member's finished `attempts` of the quiz, of all rounds, in any order.

    A pass ends a round; so does using it up, and then the next one opens `quiz.retry_after_hours` after the last
    attempt ended (0: never). Raises AttemptsUsedUp while no round is open.
    """
    if not attempts:
        return Turn(number=1, round=1, left=quiz.max_attempts)
    last = max(attempts, key=lambda attempt: attempt.number)
    left = quiz.max_attempts - sum(attempt.round == last.round for attempt in attempts)
    if not last.passed and left > 0:
        return Turn(number=last.number + 1, round=last.round, left=left)
    if not last.passed:
        opens_at = _opens_at(quiz, last)
        if opens_at is None or now < opens_at:
            raise AttemptsUsedUp(quiz, opens_at)
    return Turn(number=last.number + 1, round=last.round + 1, left=quiz.max_attempts)


def _opens_at(quiz: Quiz, last: Attempt) -> datetime | None:
    if not quiz.retry_after_hours:
        return None
    return (last.finished_at or last.deadline_at) + timedelta(hours=quiz.retry_after_hours)
