"""The day on which each member met the requirement, against a count one by one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory
from training.models import Policy, Standing
from training.services import open_period, record_training, reverse_training
from training.summaries import figures
from training.trends import met_by_day

FIRST, NOW = date(2026, 7, 1), datetime(2026, 11, 23, 3, tzinfo=UTC)
REGIONS = ["00", "63", "63.11", "63.11.01", "63.11.01.2001"]


def stand(member, period, day: int | None = None) -> None:
    """Who owed one training and had it on that day of the half, or still owes it."""
    met = {} if day is None else {"counted": 1, "is_met": True, "met_on": FIRST + timedelta(days=day)}
    Standing.objects.create(member=member, village_id=member.village_id, period=period, needed=1, **met)


@pytest.fixture
def period(cast: Cast):
    return PeriodFactory()


def by_day(code: str, period) -> dict[int, int]:
    found = met_by_day(region=Region.objects.get(pk=code), period=period)
    return {(day - FIRST).days: members for day, members in found.items()}


def test_the_training_that_completes_the_need_gives_the_day(cast: Cast, half_of_trainings):
    Policy.objects.create(region_id="00", per_year=4, per_half=2, starts_on=FIRST)
    for n, days_ago in enumerate([30, 10, 50]):
        record_training(
            member=cast.other_member,
            source=f"u:{n}",
            kind="online",
            title="Dasar",
            lesson_hours=4,
            completed_at=NOW - timedelta(days=days_ago),
        )
    assert by_day("63.11.01.2002", half_of_trainings) == {(NOW.date() - FIRST).days - 30: 1}
    latest = cast.other_member.training_records.order_by("completed_at")[0]
    reverse_training(record=latest, reason="Keliru", by=cast.regency_officer)
    assert by_day("63.11.01.2002", half_of_trainings) == {(NOW.date() - FIRST).days - 10: 1}


def test_another_half_does_not_count(cast: Cast, period):
    stand(cast.member, period, 10)
    stand(cast.other_member, period)
    stand(cast.member, PeriodFactory(year=2026, half=1), -9)
    assert by_day("63.11.01", period) == {10: 1}


def test_a_mover_counts_where_the_standing_is(cast: Cast, period):
    stand(cast.member, period, 10)
    Standing.objects.update(village_id="63.11.02.2001")
    assert by_day("63.11.01", period) == {}
    assert by_day("63.11.02", period) == {10: 1}


def test_a_period_without_records(cast: Cast, period):
    assert by_day("00", period) == {}
    assert by_day("00", PeriodFactory.build(year=2031, half=1)) == {}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(
        st.tuples(
            st.sampled_from(["63.11.01.2001", "63.11.01.2002", "63.11.02.2001", "63.09.01.2001"]),
            st.one_of(st.none(), st.integers(0, 3)),
        ),
        max_size=8,
    )
)
def test_agrees_with_counting_one_by_one_at_every_level(cast: Cast, period, people):
    Standing.objects.all().delete()
    for village, day in people:
        stand(MemberFactory(user=None, village_id=village), period, day)
    for code in REGIONS:
        mine = [day for village, day in people if day is not None and (code == "00" or village.startswith(code))]
        assert by_day(code, period) == {day: mine.count(day) for day in set(mine)}


def test_one_query(cast: Cast, period, django_assert_num_queries):
    region = Region.objects.get(pk="63.11")
    with django_assert_num_queries(1):
        met_by_day(region=region, period=period)


def test_the_days_add_up_to_the_tallies(cast: Cast, half_of_trainings):
    for code in REGIONS:
        region = Region.objects.get(pk=code)
        assert sum(met_by_day(region=region, period=half_of_trainings).values()) == (
            figures(region=region, period=half_of_trainings).met
        )


@pytest.fixture
def half_of_trainings(cast: Cast):
    period = PeriodFactory()
    open_period(period=period, now=NOW)
    for n, member in enumerate([cast.member, cast.member, cast.neighbour_member]):
        record_training(member=member, source=f"t:{n}", kind="online", title="Dasar", lesson_hours=4, completed_at=NOW)
    return period
