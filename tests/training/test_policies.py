"""Whose policy holds where and when."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.cast import Cast
from training.models import Period, Policy
from training.models.policy import validate_reminder_days
from training.policies import PolicyBook, ancestors_of, policy_for

FIRST, SECOND = Period(year=2026, half=1), Period(year=2026, half=2)


def test_ancestors_from_the_village_to_the_nation():
    assert ancestors_of("63.11.01.2001") == ["63.11.01.2001", "63.11.01", "63.11", "63", "00"]
    assert ancestors_of("00") == ["00"]


@pytest.mark.django_db
def test_nearest_region_upwards_decides_in_two_queries(cast: Cast, django_assert_num_queries):
    Policy.objects.create(region_id="00", at_risk_days=30)
    Policy.objects.create(region_id="63", per_year=4)
    Policy.objects.create(region_id="63.11.02", per_year=6)
    with django_assert_num_queries(2):
        assert policy_for("63.11.01.2001", SECOND).per_year == 4
    assert policy_for("63.11.02.2001", SECOND).per_year == 6
    assert policy_for("11.01.01.2001", SECOND).at_risk_days == 30
    book = PolicyBook.load()
    with django_assert_num_queries(0):
        assert book.policy_for("63.11.02.2001", SECOND).per_year == 6


@pytest.mark.django_db
def test_defaults_hold_where_nobody_set_a_policy():
    policy = policy_for("63.11.01.2001", SECOND)
    assert (policy.per_year, policy.per_half, policy.at_risk_days) == (2, 1, 45)


@pytest.mark.django_db
def test_the_policy_in_force_on_the_halfs_first_day_holds_to_its_end(cast: Cast):
    Policy.objects.create(region_id="63", starts_on=date(2025, 7, 1), per_year=4)
    Policy.objects.create(region_id="63", starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31), per_year=6)
    Policy.objects.create(region_id="00", starts_on=date(2027, 1, 1), per_year=3)
    asked = {p.code: policy_for("63.11.01.2001", p).per_year for p in (FIRST, SECOND)}
    assert asked == {"2026-1": 4, "2026-2": 6}
    assert policy_for("63.11.01.2001", Period(year=2025, half=1)).per_year == 2  # the defaults: nothing held yet
    assert policy_for("63.11.01.2001", Period(year=2027, half=1)).per_year == 4  # the ended one gives way again
    assert policy_for("11.01.01.2001", Period(year=2027, half=1)).per_year == 3
    assert {p.per_year for p in PolicyBook.load().in_force(SECOND)} == {6}


# --- the days of the reminders ------------------------------------------------------------------


@pytest.mark.django_db
def test_the_usual_reminders_hold_where_nobody_said_otherwise(cast: Cast):
    Policy.objects.create(region_id="63", per_year=4)
    assert PolicyBook.load().reminder_days("63.11.01.2001", SECOND) == (60, 30, 14, 7, 1)


@pytest.mark.django_db
def test_the_nation_replaces_them_and_regions_below_only_add(cast: Cast):
    Policy.objects.create(region_id="00", reminder_days=[30, 3])
    Policy.objects.create(region_id="63", reminder_days=[90, 30])
    Policy.objects.create(region_id="63.11", per_year=4, reminder_days=[45])
    Policy.objects.create(region_id="63.11.02", per_year=2, reminder_days=[100])  # asks for less: does not hold
    book = PolicyBook.load()
    found = {code: book.reminder_days(code, SECOND) for code in ("00", "11", "63.09", "63.11.01.2001", "63.11.02")}
    assert found == {
        "00": (30, 3),
        "11": (30, 3),
        "63.09": (90, 30, 3),
        "63.11.01.2001": (90, 45, 30, 3),
        "63.11.02": (90, 45, 30, 3),
    }


@pytest.mark.parametrize("days", [[0], [181], [7, 7], ["x"], [True], list(range(1, 14)), "7"])
def test_days_that_are_none_are_refused(days: object):
    with pytest.raises(ValidationError):
        validate_reminder_days(days)
    validate_reminder_days([180, 7, 1])
