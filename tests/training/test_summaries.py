"""Compliance figures: sums over tallies, lateness by the clock of each village."""

from datetime import UTC, date, datetime

import pytest

from members.models import Member
from regions.models import Region
from tests.factories import MemberFactory, PeriodFactory, TrainingRecordFactory, UserFactory
from training.models import Period, Policy, VillageTally
from training.services import reverse_training
from training.summaries import FEW, Figures, children_figures, figures, newest_trainings, total, trainings_by_day

pytestmark = pytest.mark.usefixtures("regions")
EARLY, LATE = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
AFTER = datetime(2027, 1, 2, tzinfo=UTC)


def region(code: str) -> Region:
    return Region.objects.get(pk=code)


@pytest.fixture
def period() -> Period:
    """Semester II 2026 with tallies in three villages."""
    period: Period = PeriodFactory()
    for code, row in {
        "63.11.01.2001": {"members": 10, "required": 8, "met": 5},
        "63.11.01.2002": {"members": 4, "required": 4, "met": 4},
        "63.11.02.2001": {"members": 6, "required": 5, "met": 1, "exempt": 1},
    }.items():
        VillageTally.objects.create(village_id=code, period=period, **row)
    other: Period = PeriodFactory(half=1)
    VillageTally.objects.create(village_id="63.11.01.2001", period=other, members=99, required=99)
    return period


@pytest.mark.parametrize("code", ["00", "63", "63.11"])
def test_every_level_is_the_sum_of_its_villages(period: Period, code: str):
    assert figures(region=region(code), period=period, now=EARLY) == Figures(20, 17, 10, exempt=1)


def test_village_and_district(period: Period):
    assert figures(region=region("63.11.01.2001"), period=period, now=EARLY) == Figures(10, 8, 5)
    assert figures(region=region("63.11.01"), period=period, now=EARLY) == Figures(14, 12, 9)


@pytest.mark.parametrize(
    ("code", "children"),
    [
        ("00", ["63"]),
        ("63", ["63.11"]),
        ("63.11", ["63.11.01", "63.11.02"]),
        ("63.11.01", ["63.11.01.2001", "63.11.01.2002"]),
        ("63.11.01.2001", []),
        ("63.09", []),
    ],
)
def test_children_add_up_to_their_parent(period: Period, code: str, children: list[str]):
    found = children_figures(region=region(code), period=period, now=LATE)
    assert sorted(found) == children
    if found:
        assert total(found.values()) == figures(region=region(code), period=period, now=LATE)


@pytest.mark.parametrize("code", ["00", "63.11.01"])
def test_two_queries_whatever_the_level(period: Period, code: str, django_assert_num_queries):
    here = region(code)
    with django_assert_num_queries(2):
        figures(region=here, period=period, now=LATE)
    with django_assert_num_queries(2):
        children_figures(region=here, period=period, now=LATE)


def test_the_clock_alone_moves_the_missing(period: Period):
    here = region("63.11")
    early, late, after = (figures(region=here, period=period, now=now) for now in (EARLY, LATE, AFTER))
    assert (early.unmet, early.at_risk, early.overdue) == (7, 0, 0)
    assert (late.unmet, late.at_risk, late.overdue) == (0, 7, 0)
    assert (after.unmet, after.at_risk, after.overdue) == (0, 0, 7)


def test_at_risk_begins_on_the_policys_day(period: Period):
    here = region("63.11.01")
    day_46 = datetime(2026, 11, 15, 15, 59, 59, tzinfo=UTC)  # 15 November 23.59.59 WITA
    assert figures(region=here, period=period, now=day_46).at_risk == 0
    assert figures(region=here, period=period, now=datetime(2026, 11, 15, 16, tzinfo=UTC)).at_risk == 3


def test_nearest_policy_decides_who_is_at_risk(period: Period):
    Policy.objects.create(region_id="63.11", at_risk_days=30)
    Policy.objects.create(region_id="63.11.01", at_risk_days=60)
    Policy.objects.create(region_id="63.11.01.2001", at_risk_days=10)
    assert figures(region=region("63"), period=period, now=datetime(2026, 11, 10, tzinfo=UTC)).at_risk == 0
    assert figures(region=region("63.11.02"), period=period, now=LATE).at_risk == 4
    VillageTally.objects.filter(village="63.11.01.2002").update(met=2)
    nation = figures(region=region("00"), period=period, now=datetime(2026, 11, 10, tzinfo=UTC))
    assert (nation.at_risk, nation.unmet) == (2, 7)


def test_nation_reads_each_villages_own_clock(period: Period):
    for code, parent, level in [("91", "00", 1), ("91.01", "91", 2), ("91.01.01", "91.01", 3)]:
        Region.objects.create(code=code, name="Timur", level=level, parent_id=parent, label="")
    Region.objects.create(code="91.01.01.2001", name="Kampung", level=4, parent_id="91.01.01", label="Kampung")
    VillageTally.objects.create(village_id="91.01.01.2001", period=period, members=2, required=2)
    midnight_wit = datetime(2026, 12, 31, 15, tzinfo=UTC)
    nation = figures(region=region("00"), period=period, now=midnight_wit)
    assert (nation.overdue, nation.at_risk) == (2, 7)
    an_hour_later = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert figures(region=region("00"), period=period, now=an_hour_later).overdue == 9


def test_rate_is_always_a_number(period: Period):
    assert figures(region=region("63.11.01"), period=period).rate == 0.75
    assert figures(region=region("63.09"), period=period).rate == 0.0


def test_a_period_never_kept_is_zeros_without_a_query(django_assert_num_queries):
    here = region("63.11")
    with django_assert_num_queries(0):
        assert figures(region=here, period=Period(year=2019, half=1)) == Figures()
        assert trainings_by_day(region=here, period=Period(year=2019, half=1)) == {}


def test_trainings_by_day_of_the_region_and_period_only(period: Period):
    member, neighbour = MemberFactory(), MemberFactory(village_id="63.11.02.2001")
    for n, day in enumerate([date(2026, 8, 3), date(2026, 8, 3), date(2026, 9, 1)]):
        TrainingRecordFactory(member=member, period=period, completed_on=day, source=f"s:{n}")
    TrainingRecordFactory(member=neighbour, period=period, completed_on=date(2026, 8, 3))
    TrainingRecordFactory(member=member, period=PeriodFactory(half=1), completed_on=date(2026, 3, 1))
    for day in (date(2026, 9, 1), date(2026, 9, 2)):
        mistake = TrainingRecordFactory(member=member, period=period, completed_on=day)
        reverse_training(record=mistake, reason="Keliru", by=UserFactory())
    found = trainings_by_day(region=region("63.11.01"), period=period)
    assert found == {date(2026, 8, 3): 2, date(2026, 9, 1): 1}


def test_the_newest_trainings_are_those_that_stand(period: Period):
    member = MemberFactory(joined_on=date(2026, 1, 1))
    records = [TrainingRecordFactory(member=member) for _ in range(3)]
    reverse_training(record=records[2], reason="Salah orang", by=UserFactory(is_superuser=True))
    assert newest_trainings(region("63.11.01"), most=2) == [records[1].pk, records[0].pk]


def test_the_newest_trainings_are_those_of_who_still_lives_here(period: Period):
    stayed, moved = (TrainingRecordFactory(member=MemberFactory(joined_on=date(2026, 1, 1))) for _ in range(2))
    Member.objects.filter(pk=moved.member_id).update(village="63.11.02.2001")
    assert newest_trainings(region("63.11.01"), most=1) == [stayed.pk]
    assert newest_trainings(region("63.11.02")) == []


def test_the_newest_are_found_behind_however_many_who_moved_away(period: Period):
    stayed, moved = (MemberFactory(joined_on=date(2026, 1, 1)) for _ in range(2))
    found = TrainingRecordFactory(member=stayed, completed_at=datetime(2026, 8, 1, 4, tzinfo=UTC))
    TrainingRecordFactory.create_batch(FEW + 1, member=moved, completed_at=datetime(2026, 8, 2, 4, tzinfo=UTC))
    Member.objects.filter(pk=moved.pk).update(village="63.11.02.2001")
    assert newest_trainings(region("63.11.01"), most=1) == [found.pk]
