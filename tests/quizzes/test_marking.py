"""Marking against a plain reference."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.marking import has_passed, mark_answer, score_of

LETTERS = st.lists(st.sampled_from("abcdefgh"), unique=True)


@pytest.mark.parametrize(
    ("chosen", "correct", "mark"),
    [
        (["b"], ["b"], 1),
        (["a"], ["b"], 0),
        ([], ["b"], 0),
        (["a", "c"], ["c", "a"], 1),
        (["a"], ["a", "c"], 0),  # half of the right ones is not enough
        (["a", "b", "c"], ["a", "c"], 0),  # all of the right ones and a wrong one neither
        ([], [], 0),
    ],
)
def test_marks_one_answer(chosen: list[str], correct: list[str], mark: int):
    assert mark_answer(chosen=chosen, correct=correct) == mark


@given(chosen=LETTERS, correct=LETTERS)
def test_a_mark_is_one_only_for_the_whole_key(chosen: list[str], correct: list[str]):
    differences = [letter for letter in "abcdefgh" if (letter in chosen) != (letter in correct)]
    assert mark_answer(chosen=chosen, correct=correct) == (1 if chosen and not differences else 0)


def plain_score(right: int, of: int) -> Fraction:
    """100·right/of in hundredths, half up, in whole numbers only."""
    hundredths = (2 * 10_000 * right + of) // (2 * of)
    return Fraction(hundredths, 100)


@given(marks=st.lists(st.booleans(), min_size=1, max_size=100))
def test_the_score_against_whole_number_arithmetic(marks: list[bool]):
    score = score_of([Decimal(mark) for mark in marks])
    assert Fraction(score) == plain_score(sum(marks), len(marks))
    assert score.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("right", "of", "score"),
    [(0, 3, "0.00"), (1, 3, "33.33"), (2, 3, "66.67"), (3, 3, "100.00"), (1, 32, "3.13"), (1, 8, "12.50")],
)
def test_scores_known_by_hand(right: int, of: int, score: str):
    assert score_of([Decimal(i < right) for i in range(of)]) == Decimal(score)


def test_no_questions_is_no_score():
    assert score_of([]) == 0


@pytest.mark.parametrize(("score", "passed"), [("69.99", False), ("70.00", True), ("100.00", True), ("0.00", False)])
def test_the_pass_mark_itself_passes(score: str, passed: bool):
    assert has_passed(score=Decimal(score), pass_mark=70) is passed
