"""Whole percents: rounded, true at both ends, and never falling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.percents import whole_percent


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (1, 2, 50),
        (2, 3, 67),
        (1, 3, 33),
        (1, 8, 13),  # 12.5
        (0, 315, 0),
        (315, 315, 100),
        (1, 1000, 1),  # somebody has
        (999, 1000, 99),  # not all have
        (0, 0, 0),
    ],
)
def test_a_share_is_rounded_and_its_ends_say_nobody_and_all(part: int, whole: int, percent: int):
    assert whole_percent(part, whole) == percent


@given(st.integers(1, 2_000_000), st.data())
def test_one_more_is_never_less(whole: int, data: st.DataObject):
    part = data.draw(st.integers(0, whole - 1))
    assert 0 <= whole_percent(part, whole) <= whole_percent(part + 1, whole) <= 100
    assert (whole_percent(part, whole) == 0) == (part == 0)
    assert whole_percent(part, whole) < 100
