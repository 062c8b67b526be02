"""Real threads on the real database: the same source twice, and a village that everyone writes to at once."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.models import F

from members.models import Member
from tests.factories import MemberFactory, PeriodFactory, UserFactory, make_regions
from tests.races import at_once
from tests.training.conftest import open_halves
from training.models import Standing, TrainingRecord, VillageTally
from training.reconciliation import reconcile
from training.services import open_period, record_training, refresh_standing, reverse_training
from training.signals import training_recorded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("books_in_order")]
NOW = datetime.now(UTC)
VILLAGES = ["63.11.01.2001", "63.11.01.2002"]


def record(member: Member, source: str) -> TrainingRecord:
    return record_training(member=member, source=source, kind="online", title="Dasar", lesson_hours=4, completed_at=NOW)


@pytest.fixture(autouse=True)
def _only_the_ledger(monkeypatch: pytest.MonkeyPatch):
    """Nobody draws certificates meanwhile: what is raced here is the ledger."""
    monkeypatch.setattr(training_recorded, "receivers", [])


@pytest.fixture
def unopened() -> list[Member]:
    """Fifty members of one village before the half is opened for them."""
    make_regions()
    return MemberFactory.create_batch(50, user=None)


@pytest.fixture
def village(unopened: list[Member]) -> list[Member]:
    """Fifty members of one village, not yet trained."""
    open_halves()
    return unopened


def test_same_source_from_many_threads_is_one_row_and_one_signal(village: list[Member]):
    heard: list[int] = []

    def listen(record_id: int, **_: object) -> None:
        heard.append(record_id)

    training_recorded.connect(listen)
    try:
        rows = at_once(*[lambda: record(village[0], "course:1:a")] * 8)
    finally:
        training_recorded.disconnect(listen)
    assert len({row.pk for row in rows}) == 1
    assert len(heard) == 1
    assert TrainingRecord.objects.count() == 1
    assert Standing.objects.get(member=village[0]).counted == 1
    assert VillageTally.objects.get().met == 1


def test_fifty_writers_in_one_village_end_exact(village: list[Member]):
    at_once(*(lambda m=member: record(m, f"course:1:{m.pk}") for member in village))
    tally = VillageTally.objects.get()
    assert (tally.members, tally.required, tally.met) == (50, 50, 50)
    assert Standing.objects.filter(counted=1).count() == 50


def test_opening_a_period_while_members_train_ends_exact(unopened: list[Member]):
    period = PeriodFactory(year=NOW.year, half=1 if NOW.month <= 6 else 2)
    trainings = [lambda m=member: record(m, f"course:1:{m.pk}") for member in unopened[:20]]
    openings = [lambda: open_period(period=period)] * 4
    at_once(*openings, *trainings, threads=12)
    tally = VillageTally.objects.get()
    assert (tally.members, tally.required, tally.met) == (50, 50, 20)


def test_leaving_moving_and_joining_while_a_period_opens_end_exact(unopened: list[Member]):
    period = PeriodFactory(year=NOW.year, half=1 if NOW.month <= 6 else 2)

    def change(member: Member, **facts: str) -> None:
        with transaction.atomic():
            Member.objects.filter(pk=member.pk).update(**facts)
            refresh_standing(member=Member.objects.get(pk=member.pk))

    def come_and_go() -> None:
        change(MemberFactory(user=None), status=Member.Status.INACTIVE)

    jobs: list[Callable[[], object]] = []
    for n in range(8):
        jobs += [
            lambda m=unopened[n]: change(m, status=Member.Status.INACTIVE),
            lambda m=unopened[n + 10]: change(m, village_id=VILLAGES[1]),
            lambda: open_period(period=period),
            come_and_go,
        ]
    at_once(*jobs, threads=12)
    open_period(period=period)
    tallies = VillageTally.objects.filter(members__gt=0).order_by("village").values_list("village", "members")
    assert list(tallies) == [(VILLAGES[0], 34), (VILLAGES[1], 8)]
    serving = Standing.objects.filter(is_serving=True)
    assert serving.filter(member__status=Member.Status.ACTIVE, village=F("member__village")).count() == 42
    assert serving.count() == 42


def test_training_taking_back_moving_and_leaving_at_once_end_exact(village: list[Member]):
    by = UserFactory()
    records = [record(member, f"course:1:{member.pk}") for member in village[:16]]

    def change(member: Member, **facts: str) -> None:
        Member.objects.filter(pk=member.pk).update(**facts)
        refresh_standing(member=Member.objects.get(pk=member.pk))

    jobs: list[Callable[[], object]] = []
    for n, row in enumerate(records):
        jobs += [
            lambda row=row: reverse_training(record=row, reason="Keliru", by=by),
            lambda m=village[n]: record(m, f"course:2:{m.pk}"),
            lambda m=village[n], n=n: change(m, village_id=VILLAGES[n % 2]),
            lambda m=village[-n - 1]: change(m, status=Member.Status.INACTIVE),
        ]
    at_once(*jobs, threads=12)
    tallies = VillageTally.objects.order_by("village").values_list("village", "members", "met")
    assert list(tallies) == [(VILLAGES[0], 26, 8), (VILLAGES[1], 8, 8)]


def test_fifty_writers_over_the_villages_of_one_kecamatan_end_exact_and_reconciled():
    make_regions()
    villages = ["63.11.01.2001", "63.11.01.2002"]
    members = [MemberFactory(user=None, village_id=villages[n % 2]) for n in range(50)]
    open_period(period=PeriodFactory(year=NOW.year, half=1 if NOW.month <= 6 else 2), now=NOW)
    rows = at_once(*(lambda m=member: record(m, f"course:1:{m.pk}") for member in members))
    assert len({row.pk for row in rows}) == TrainingRecord.objects.count() == 50
    tallies = VillageTally.objects.order_by("village_id").values_list("village_id", "members", "required", "met")
    assert list(tallies) == [(village, 25, 25, 25) for village in villages]
    assert Standing.objects.filter(is_met=True, counted=1).count() == 50
    assert reconcile(now=NOW).differences == []
