"""The requirement: whose policy holds, and what a member owes a half."""

from datetime import date

import pytest

from tests.cast import Cast
from training.models import Period, Policy
from training.policies import PolicyBook, ancestors_of, needed, policy_for

FIRST, SECOND = Period(year=2026, half=1), Period(year=2026, half=2)
LONG_AGO = date(2020, 3, 1)


def test_ancestors_from_the_village_to_the_nation():
    assert ancestors_of("63.11.01.2001") == ["63.11.01.2001", "63.11.01", "63.11", "63", "00"]
    assert ancestors_of("00") == ["00"]


@pytest.mark.django_db
def test_nearest_region_upwards_decides_in_one_query(cast: Cast, django_assert_num_queries):
    Policy.objects.create(region_id="00", at_risk_days=30)
    Policy.objects.create(region_id="63", per_year=4)
    Policy.objects.create(region_id="63.11.02", per_year=6)
    with django_assert_num_queries(1):
        assert policy_for("63.11.01.2001").per_year == 4
    assert policy_for("63.11.02.2001").per_year == 6
    assert policy_for("11.01.01.2001").at_risk_days == 30
    book = PolicyBook.load()
    with django_assert_num_queries(0):
        assert book.policy_for("63.11.02.2001").per_year == 6


@pytest.mark.django_db
def test_defaults_hold_where_nobody_set_a_policy():
    policy = policy_for("63.11.01.2001")
    assert (policy.per_year, policy.per_half, policy.at_risk_days) == (2, 1, 45)


@pytest.mark.parametrize("period", [FIRST, SECOND])
def test_default_policy_asks_one_each_half(period: Period):
    assert needed(policy=Policy(), period=period, joined_on=LONG_AGO) == 1


@pytest.mark.parametrize(
    ("period", "joined_on", "owed"),
    [
        (FIRST, date(2025, 12, 31), 1),
        (FIRST, date(2026, 1, 1), 0),
        (FIRST, date(2026, 6, 30), 0),
        (SECOND, date(2026, 6, 30), 1),
        (SECOND, date(2026, 7, 1), 0),
        (FIRST, date(2026, 7, 1), 0),
        (SECOND, None, 0),
    ],
)
def test_who_joined_during_a_half_or_later_owes_it_nothing(period: Period, joined_on: date | None, owed: int):
    assert needed(policy=Policy(), period=period, joined_on=joined_on) == owed


def test_a_missed_first_half_is_not_asked_for_again():
    assert needed(policy=Policy(), period=SECOND, joined_on=LONG_AGO, counted_first_half=0) == 1


@pytest.mark.parametrize(("in_first_half", "owed"), [(0, 3), (1, 3), (2, 2), (3, 1), (9, 1)])
def test_what_the_year_asks_beyond_its_halves_is_due_with_the_second(in_first_half: int, owed: int):
    policy = Policy(per_year=4, per_half=1)
    assert needed(policy=policy, period=FIRST, joined_on=LONG_AGO) == 1
    assert needed(policy=policy, period=SECOND, joined_on=LONG_AGO, counted_first_half=in_first_half) == owed


def test_who_joined_within_the_year_owes_the_second_half_its_minimum_only():
    assert needed(policy=Policy(per_year=4, per_half=1), period=SECOND, joined_on=date(2026, 2, 1)) == 1
