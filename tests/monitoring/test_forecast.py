"""The forecast: within its bounds whatever the figures, and silent where it would only pretend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.percents import whole_percent
from monitoring.forecast import WEEKS, forecast, what_lacks

weekly_counts = st.lists(st.integers(0, 400), min_size=4, max_size=WEEKS)


def width(weekly: list[int], days_left: int = 60, required: int = 10_000) -> float:
    found = forecast(met=sum(weekly), required=required, weekly=weekly, days_left=days_left)
    assert found is not None
    return found.high - found.low


def test_a_steady_pace_goes_on():
    found = forecast(met=400, required=1000, weekly=[20] * 6, days_left=42)
    assert found is not None
    # 120 more are expected, and 1.2816 * sqrt(120 * 2) = 19.9
    assert (found.low, found.high) == (500, 540)
    assert (found.low_percent, found.high_percent) == (50, 54)
    assert (found.weeks, found.recent) == (6, 120)


def test_a_crowd_in_one_week_makes_it_less_certain():
    assert width([0, 0, 120, 0, 0, 0]) > width([20] * 6)


@given(weekly_counts, st.integers(20, 5000), st.integers(0, 180), st.data())
def test_never_below_what_is_met_nor_above_what_is_required(
    weekly: list[int], required: int, days_left: int, data: st.DataObject
):
    met = data.draw(st.integers(0, required))
    found = forecast(met=met, required=required, weekly=weekly, days_left=days_left)
    if found is None:
        assert met == required or sum(weekly) < 5
        return
    assert met <= found.low <= found.high <= required
    assert 0 <= whole_percent(met, required) <= found.low_percent <= found.high_percent <= 100


@given(st.integers(2, 300), st.integers(7, 180), st.integers(4, WEEKS - 1))
def test_fewer_weeks_of_the_same_pace_are_less_certain(pace: int, days_left: int, weeks: int):
    assert width([pace] * weeks, days_left, 10**6) >= width([pace] * (weeks + 1), days_left, 10**6)


@given(weekly_counts.filter(lambda weekly: sum(weekly) >= 5), st.integers(0, 170))
def test_a_longer_rest_is_less_certain(weekly: list[int], days_left: int):
    assert width(weekly, days_left + 10, 10**6) >= width(weekly, days_left, 10**6) - 2  # rounded outwards


def test_on_the_last_day_nothing_more_is_expected():
    found = forecast(met=300, required=1000, weekly=[20] * 6, days_left=0)
    assert found is not None
    assert (found.low, found.high) == (300, 300)


@pytest.mark.parametrize(
    "changes",
    [
        {"weekly": [20] * 3},  # younger than four weeks
        {"weekly": []},
        {"weekly": [1, 1, 1, 1]},  # hardly anybody
        {"days_left": -1},  # over
        {"required": 19, "met": 3},  # a small village
        {"met": 1000},  # complete
        {"required": 0, "met": 0},
    ],
)
def test_nothing_is_said_where_nothing_can_be_said(changes: dict[str, object]):
    given_ = {"met": 400, "required": 1000, "weekly": [20] * 6, "days_left": 42}
    assert forecast(**{**given_, **changes}) is None


@pytest.mark.parametrize(
    ("required", "weekly", "said"),
    [
        (19, [9] * 3, "perlu sedikitnya 20 anggota wajib."),
        (20, [9] * 3, "muncul setelah semester berjalan 4 minggu."),
        (20, [2, 1, 0, 1, 0], "muncul bila sedikitnya 5 anggota memenuhi dalam 5 minggu terakhir."),
        (20, [2, 1, 1, 1], ""),
    ],
)
def test_only_what_is_lacking_is_said(required: int, weekly: list[int], said: str):
    found = what_lacks(required=required, weekly=weekly)
    assert found.endswith(said)
    assert bool(found) == bool(said)
