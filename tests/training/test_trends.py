"""The day on which each member met the requirement, against a count one by one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory, TrainingRecordFactory
from training.models import Standing
from training.services import open_period, record_training
from training.summaries import figures
from training.trends import met_by_day

FIRST = date(2026, 7, 1)
REGIONS = ["00", "63", "63.11", "63.11.01", "63.11.01.2001"]


def train(member, day: int, period) -> None:
    TrainingRecordFactory(member=member, period=period, completed_on=FIRST + timedelta(days=day))


def stand(member, period, *, needed: int, counted: int, **fields: object) -> None:
    Standing.objects.create(
        member=member,
        village_id=member.village_id,
        period=period,
        needed=needed,
        counted=counted,
        is_met=0 < needed <= counted,
        **fields,
    )


@pytest.fixture
def period(cast: Cast):
    return PeriodFactory()


def by_day(code: str, period) -> dict[int, int]:
    found = met_by_day(region=Region.objects.get(pk=code), period=period)
    return {(day - FIRST).days: members for day, members in found.items()}


def test_the_training_that_completes_the_need_gives_the_day(cast: Cast, period):
    for day in (30, 10, 50):
        train(cast.member, day, period)
    stand(cast.member, period, needed=2, counted=3)
    train(cast.other_member, 20, period)
    stand(cast.other_member, period, needed=2, counted=1)  # still owes one
    train(cast.neighbour_member, 5, period)
    stand(cast.neighbour_member, period, needed=0, counted=1)  # owes nothing
    assert by_day("63.11.01", period) == {30: 1}


def test_trainings_of_another_half_do_not_count(cast: Cast, period):
    TrainingRecordFactory(
        member=cast.member, period=PeriodFactory(year=2026, half=1), completed_on=FIRST - timedelta(days=9)
    )
    train(cast.member, 10, period)
    stand(cast.member, period, needed=1, counted=1)
    stand(cast.member, PeriodFactory(year=2026, half=1), needed=1, counted=1)
    assert by_day("63.11.01", period) == {10: 1}


def test_a_mover_counts_where_the_standing_is(cast: Cast, period):
    train(cast.member, 10, period)
    stand(cast.member, period, needed=1, counted=1)
    Standing.objects.update(village_id="63.11.02.2001")
    assert by_day("63.11.01", period) == {}
    assert by_day("63.11.02", period) == {10: 1}


def test_two_trainings_of_one_day(cast: Cast, period):
    train(cast.member, 10, period)
    train(cast.member, 10, period)
    stand(cast.member, period, needed=2, counted=2)
    assert by_day("63.11.01.2001", period) == {10: 1}


def test_a_period_without_records(cast: Cast, period):
    assert by_day("00", period) == {}
    assert by_day("00", PeriodFactory.build(year=2031, half=1)) == {}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(
        st.tuples(
            st.sampled_from(["63.11.01.2001", "63.11.01.2002", "63.11.02.2001", "63.09.01.2001"]),
            st.integers(0, 3),
            st.lists(st.integers(0, 183), max_size=4),
        ),
        max_size=6,
    )
)
def test_agrees_with_counting_one_by_one_at_every_level(cast: Cast, period, people):
    Standing.objects.all().delete()
    expected: list[tuple[str, int]] = []
    for village, needed, days in people:
        member = MemberFactory(user=None, village_id=village)
        for day in days:
            train(member, day, period)
        stand(member, period, needed=needed, counted=len(days))
        if needed and len(days) >= needed:
            expected.append((village, sorted(days)[needed - 1]))
    for code in REGIONS:
        mine = [day for village, day in expected if code == "00" or village.startswith(code)]
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
    period, now = PeriodFactory(), datetime(2026, 11, 23, 3, tzinfo=UTC)
    open_period(period=period, now=now)
    for n, member in enumerate([cast.member, cast.member, cast.neighbour_member]):
        record_training(member=member, source=f"t:{n}", kind="online", title="Dasar", lesson_hours=4, completed_at=now)
    return period
