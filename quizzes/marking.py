"""Marking: pure functions from what was chosen to a mark, a score and a verdict."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


def mark_answer(*, chosen: Iterable[str], correct: Iterable[str]) -> Decimal:
    """1 if exactly the right choices were chosen, else 0; nothing chosen is 0.

    The same rule for every kind of question: the response processing template "Match Correct" of IMS QTI 2.x,
    which has no partial credit; with several right choices all of them, and no wrong one, must be chosen.
    """
    picked = set(chosen)
    return Decimal(bool(picked) and picked == set(correct))


def score_of(marks: Sequence[Decimal]) -> Decimal:
    """The share of the marks reached, 0–100 with two decimals, half up; 0 for no questions.

    Each mark is between 0 and 1 and every question weighs the same.
    """
    if not marks:
        return Decimal("0.00")
    return (100 * sum(marks, Decimal(0)) / len(marks)).quantize(HUNDREDTH, ROUND_HALF_UP)


def has_passed(*, score: Decimal, pass_mark: int) -> bool:
    """Whether the score, as it is shown, reaches the pass mark."""
    return score >= pass_mark
