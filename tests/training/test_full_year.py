"""The year's figure: who met both halves, or owed nothing in the first one."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps

from members.models import Member
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory, UserFactory
from training.closing import close_period, digest_of_frozen
from training.corrections import closed_figures
from training.exemption_services import ask_exemption, grant_exemption, withdraw_exemption
from training.models import ClosedTally, Exemption, Period, Standing, TrainingRecord, VillageTally
from training.reconciliation import reconcile
from training.services import open_period, record_training, reverse_training
from training.summaries import Figures, children_figures, figures, total

VILLAGE = "63.11.01.2001"
MARCH, NOVEMBER = datetime(2026, 3, 10, 3, tzinfo=UTC), datetime(2026, 11, 20, 3, tzinfo=UTC)
FEBRUARY = datetime(2027, 2, 1, 3, tzinfo=UTC)
fill = import_module("training.migrations.0024_fill_figure_of_the_year").fill


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    return lambda now: monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def halves(cast: Cast, clock: Callable[[datetime], None]) -> tuple[Period, Period]:
    """Both halves of 2026 are open, nobody has trained, and it is November."""
    first, second = PeriodFactory(half=1), PeriodFactory(half=2)
    for period, now in ((first, MARCH), (second, NOVEMBER)):
        clock(now)
        open_period(period=period, now=now)
    return first, second


def train(member: Member, at: datetime) -> TrainingRecord:
    row = {"kind": "online", "title": "Dasar", "lesson_hours": 4, "completed_at": at}
    return record_training(member=member, source=f"test:{member.pk}:{at:%j}", **row)


def of_second_half(village: str = VILLAGE) -> tuple[int, int]:
    """Met in the second half, and all year."""
    return VillageTally.objects.values_list("met", "year_met").get(village=village, period__half=2)


def of_first_half() -> int:
    return VillageTally.objects.get(village=VILLAGE, period__half=1).year_met


def test_who_trained_in_both_halves_is_counted_in_the_second(halves: tuple[Period, Period], cast: Cast):
    train(cast.member, MARCH)
    assert of_second_half() == (0, 0)
    train(cast.member, NOVEMBER)
    assert of_second_half() == (1, 1)
    assert of_first_half() == 0


def test_who_missed_the_first_half_is_not(halves: tuple[Period, Period], cast: Cast):
    train(cast.member, NOVEMBER)
    assert of_second_half() == (1, 0)


def test_a_correction_of_the_first_half_moves_it(halves: tuple[Period, Period], cast: Cast):
    train(cast.member, NOVEMBER)
    late = train(cast.member, MARCH)  # entered in November
    assert of_second_half() == (1, 1)
    reverse_training(record=late, reason="Salah orang", by=cast.district_officer)
    assert of_second_half() == (1, 0)


def test_who_was_excused_from_the_first_half_is_counted(halves: tuple[Period, Period], cast: Cast):
    """Granted and withdrawn in the second half: it touches no day of that one."""
    train(cast.member, NOVEMBER)
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 6, 30), "kind": "illness", "reason": "Sakit"}
    (asked,) = ask_exemption(members=[cast.member], by=UserFactory(), **days)
    grant_exemption(exemption=asked, by=cast.regency_officer)
    assert of_second_half() == (1, 1)
    withdraw_exemption(exemption=Exemption.objects.get(), by=cast.regency_officer, reason="Keliru")
    assert of_second_half() == (1, 0)


@pytest.mark.parametrize("joined_on", [date(2026, 3, 1), date(2026, 6, 30)])
def test_who_joined_in_the_first_half_owed_it_nothing(halves: tuple[Period, Period], joined_on: date):
    member = MemberFactory(joined_on=joined_on)
    open_period(period=halves[1], now=NOVEMBER)
    train(member, NOVEMBER)
    assert of_second_half() == (1, 1)


def test_who_owes_the_second_half_nothing_is_not_counted(halves: tuple[Period, Period], cast: Cast):
    train(cast.member, MARCH)
    train(cast.member, NOVEMBER)
    days = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31), "kind": "illness", "reason": "Sakit"}
    (asked,) = ask_exemption(members=[cast.member], by=UserFactory(), **days)
    grant_exemption(exemption=asked, by=cast.regency_officer)
    assert of_second_half() == (0, 0)


def test_the_first_half_of_another_year_is_another_matter(halves: tuple[Period, Period], cast: Cast, clock):
    train(cast.member, MARCH)
    train(cast.member, NOVEMBER)
    clock(FEBRUARY)
    open_period(period=PeriodFactory(year=2027, half=1), now=FEBRUARY)
    assert reconcile(now=FEBRUARY).differences == []
    assert of_second_half() == (1, 1)


def test_a_training_in_the_running_first_half_asks_nothing_more(cast: Cast, clock, django_assert_num_queries):
    """The second half's tallies are looked for only once there can be any."""
    clock(MARCH)
    open_period(period=PeriodFactory(half=1), now=MARCH)
    with django_assert_num_queries(19):
        train(cast.member, MARCH)


# --- summed, frozen, reconciled, filled ---------------------------------------------------------


def test_it_is_summed_by_prefix(halves: tuple[Period, Period], cast: Cast):
    for member in (cast.member, cast.neighbour_member):
        train(member, MARCH)
        train(member, NOVEMBER)
    train(cast.other_member, NOVEMBER)
    kabupaten = cast.member.village.parent.parent
    found = figures(region=kabupaten, period=halves[1], now=NOVEMBER)
    assert (found.required, found.met, found.year_met) == (3, 3, 2)
    below = children_figures(region=kabupaten, period=halves[1], now=NOVEMBER)
    assert {code: part.year_met for code, part in below.items()} == {"63.11.01": 1, "63.11.02": 1}
    assert total([Figures(year_met=2), Figures(year_met=None)]).year_met is None


def test_closing_freezes_it_and_a_correction_of_either_half_shows(halves: tuple[Period, Period], cast: Cast):
    train(cast.member, NOVEMBER)
    closed = close_period(period=halves[1], now=FEBRUARY)
    train(cast.member, MARCH)
    assert ClosedTally.objects.get(village=VILLAGE).year_met == 0
    assert of_second_half() == (1, 1)
    found = closed_figures(region=cast.member.village, period=closed)
    assert found is not None
    assert (found.figures.year_met, found.words) == (0, "setahun penuh +1")
    assert reconcile(now=FEBRUARY).left == []


def test_a_half_that_was_closed_before_it_was_kept_says_nothing(halves: tuple[Period, Period], cast: Cast):
    train(cast.member, MARCH)
    train(cast.member, NOVEMBER)
    closed = close_period(period=halves[1], now=FEBRUARY)
    ClosedTally.objects.update(year_met=None)
    Period.objects.filter(pk=closed.pk).update(closed_digest=digest_of_frozen(closed))
    found = closed_figures(region=cast.member.village, period=closed)
    assert found is not None
    assert (found.figures.year_met, found.is_corrected) == (None, False)
    assert reconcile(now=FEBRUARY).left == []


def test_the_digest_of_such_a_half_is_what_it_was(halves: tuple[Period, Period]):
    ClosedTally.objects.create(village_id=VILLAGE, period=halves[1], members=3, required=2, met=1)
    # SHA-256 of "63.11.01.2001 3 2 1 0 0", as it was written before.
    assert digest_of_frozen(halves[1]) == "722ed972e4ab43d03d5b6a8572bd8b21183c08d45152a6e2125beb15ec63d0e0"


DAMAGE: dict[str, Callable[[Cast], object]] = {
    "too high": lambda c: VillageTally.objects.filter(village="63.11.01.2002", period__half=2).update(year_met=1),
    "too low": lambda c: VillageTally.objects.filter(village=VILLAGE, period__half=2).update(year_met=0),
    "in a first half": lambda c: VillageTally.objects.filter(village=VILLAGE, period__half=1).update(year_met=1),
    "a first half behind our back": lambda c: Standing.objects.filter(member=c.member, period__half=1).update(
        is_met=False, met_on=None, counted=0
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found_and_only_fix_mends_it(halves: tuple[Period, Period], cast: Cast, kind: str):
    train(cast.member, MARCH)
    train(cast.member, NOVEMBER)
    train(cast.other_member, NOVEMBER)
    before = list(VillageTally.objects.order_by("pk").values())
    DAMAGE[kind](cast)
    damaged = list(VillageTally.objects.order_by("pk").values())
    assert reconcile(now=NOVEMBER).differences
    assert list(VillageTally.objects.order_by("pk").values()) == damaged
    assert reconcile(fix=True, now=NOVEMBER).differences
    assert reconcile(now=NOVEMBER).differences == []
    assert list(VillageTally.objects.order_by("pk").values()) == before


def test_mending_a_first_half_leaves_the_last_witness_of_a_lost_standing(halves: tuple[Period, Period], cast: Cast):
    colleague = MemberFactory()
    for period in halves:
        open_period(period=period, now=NOVEMBER)
    train(colleague, MARCH)
    Standing.objects.filter(member=cast.member, period=halves[1]).delete()
    Standing.objects.filter(member=colleague, period=halves[0]).update(is_met=False, met_on=None, counted=0)
    found = reconcile(fix=True, now=FEBRUARY)
    assert (len(found.differences), len(found.left)) == (1, 1)
    assert VillageTally.objects.get(village=VILLAGE, period=halves[1]).members == 2


def test_what_was_kept_before_is_filled_as_often_as_asked(halves: tuple[Period, Period], cast: Cast):
    train(cast.member, MARCH)
    train(cast.member, NOVEMBER)
    train(cast.other_member, NOVEMBER)
    right = list(VillageTally.objects.order_by("pk").values())
    VillageTally.objects.update(year_met=0)
    for _twice in range(2):
        fill(apps, None)
        assert list(VillageTally.objects.order_by("pk").values()) == right
