"""A half is closed while officers still grant and trainings still come in: real threads, either database."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import pytest

from members.models import Member, User
from regions.models import Region
from tests.factories import MemberFactory, PeriodFactory, UserFactory, make_regions
from tests.races import at_once
from training.closing import close_period
from training.corrections import COMPARED, closed_figures
from training.exemption_services import ask_exemption, ask_extension, grant_exemption, grant_extension
from training.models import Exemption, Extension, Period, TrainingRecord, VillageTally
from training.reconciliation import reconcile
from training.services import open_period, record_training
from training.signals import training_recorded

pytestmark = pytest.mark.django_db(transaction=True)
MARCH, NOVEMBER = datetime(2026, 3, 10, 3, tzinfo=UTC), datetime(2026, 11, 20, 3, tzinfo=UTC)
JANUARY = datetime(2027, 1, 10, 3, tzinfo=UTC)
VILLAGES = ["63.11.01.2001", "63.11.01.2002"]


@pytest.fixture
def halves(monkeypatch: pytest.MonkeyPatch) -> list[Period]:
    """The halves of 2026, owed by eight members in each of two villages, and the one that runs: it is January 2027."""
    monkeypatch.setattr(training_recorded, "receivers", [])  # nobody draws certificates meanwhile
    make_regions()
    for village in VILLAGES:
        MemberFactory.create_batch(8, user=None, village_id=village)
    halves = [PeriodFactory(half=1), PeriodFactory(half=2), PeriodFactory(year=2027, half=1)]
    for period, now in zip(halves, (MARCH, NOVEMBER, JANUARY), strict=True):
        open_period(period=period, now=now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: JANUARY)
    return halves


def train(member: Member, at: datetime) -> TrainingRecord:
    row = {"kind": "external", "title": "PPGD", "lesson_hours": 4, "completed_at": at}
    return record_training(member=member, source=f"test:{member.pk}:{at:%j}", **row)


def ill(member: Member) -> Exemption:
    days = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31), "kind": "illness", "reason": "Sakit"}
    (asked,) = ask_exemption(members=[member], by=UserFactory(), **days)
    return asked


def longer(member: Member, period: Period) -> Extension:
    return ask_extension(member=member, period=period, until=date(2027, 1, 31), reason="Melaut", by=UserFactory())


def test_what_is_granted_and_entered_while_a_half_is_closed_is_frozen_or_a_correction(halves: list[Period]):
    by: User = UserFactory(is_superuser=True)
    jobs: list[Callable[[], object]] = [lambda: close_period(period=halves[1], now=JANUARY)]
    for village in VILLAGES:
        a, b, c, d, e, *_idle = Member.objects.filter(village=village).order_by("pk")
        jobs += [
            partial(grant_exemption, exemption=ill(a), by=by),
            partial(grant_extension, extension=longer(b, halves[1]), by=by),
            partial(grant_extension, extension=longer(c, halves[1]), by=by),
            partial(train, c, JANUARY),  # counts for the half if the extension came first
            partial(train, d, NOVEMBER),
            partial(train, d, MARCH),
            partial(train, e, NOVEMBER),
        ]
    at_once(*jobs)
    found = reconcile(now=JANUARY)
    assert (found.differences, found.left) == ([], [])
    for village in VILLAGES:
        tally = VillageTally.objects.get(village=village, period=halves[1])
        assert (tally.members, tally.required, tally.exempt, tally.year_met) == (8, 7, 1, 1)
        assert_adds_up(tally, Period.objects.get(pk=halves[1].pk))


def assert_adds_up(tally: VillageTally, period: Period) -> None:
    """What was frozen and what was corrected since make what is told today."""
    closed = closed_figures(region=Region.objects.get(pk=tally.village_id), period=period)
    assert closed is not None
    for name in COMPARED:
        change = getattr(closed, name)
        frozen = closed.figures.at_risk if name == "extended" else getattr(closed.figures, name)
        assert frozen + change.up - change.down == getattr(tally, name), name
