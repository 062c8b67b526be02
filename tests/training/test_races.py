"""Real threads on the real database: the same source twice, and a village that everyone writes to at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, connections

from members.models import Member
from tests.factories import MemberFactory, PeriodFactory, make_regions
from training.models import Standing, TrainingRecord, VillageTally
from training.services import open_period, record_training
from training.signals import training_recorded

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)


def at_once(jobs: list[Callable[[], object]], threads: int) -> list[object]:
    """Run the jobs on their own connections, `threads` at a time and started together."""
    barrier = Barrier(threads)

    def run(numbered: tuple[int, Callable[[], object]]) -> object:
        number, job = numbered
        try:
            if number < threads:
                barrier.wait(timeout=30)
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, enumerate(jobs)))


def record(member: Member, source: str) -> TrainingRecord:
    return record_training(member=member, source=source, kind="online", title="Dasar", lesson_hours=4, completed_at=NOW)


@pytest.fixture(autouse=True)
def _only_the_ledger(monkeypatch: pytest.MonkeyPatch):
    """Nobody draws certificates meanwhile: what is raced here is the ledger."""
    monkeypatch.setattr(training_recorded, "receivers", [])


@pytest.fixture
def village() -> list[Member]:
    """Fifty members of one village, not yet trained."""
    make_regions()
    return MemberFactory.create_batch(50, user=None)


def test_same_source_from_many_threads_is_one_row_and_one_signal(village: list[Member]):
    heard: list[int] = []

    def listen(record_id: int, **_: object) -> None:
        heard.append(record_id)

    training_recorded.connect(listen)
    try:
        rows = at_once([lambda: record(village[0], "course:1:a")] * 8, threads=8)
    finally:
        training_recorded.disconnect(listen)
    assert len({row.pk for row in rows}) == 1
    assert len(heard) == 1
    assert TrainingRecord.objects.count() == 1
    assert Standing.objects.get().counted == 1
    assert VillageTally.objects.get().met == 1


def test_fifty_writers_in_one_village_end_exact(village: list[Member]):
    # SQLite lets one writer in at a time and is not fair to the rest: fifty at once say no more there than a dozen.
    threads = 50 if connection.vendor == "postgresql" else 12
    at_once([lambda m=member: record(m, f"course:1:{m.pk}") for member in village], threads=threads)
    tally = VillageTally.objects.get()
    assert (tally.members, tally.required, tally.met) == (50, 50, 50)
    assert Standing.objects.filter(counted=1).count() == 50


def test_opening_a_period_while_members_train_ends_exact(village: list[Member]):
    period = PeriodFactory(year=NOW.year, half=1 if NOW.month <= 6 else 2)
    trainings = [lambda m=member: record(m, f"course:1:{m.pk}") for member in village[:20]]
    openings = [lambda: open_period(period=period)] * 4
    at_once(openings + trainings, threads=12)
    tally = VillageTally.objects.get()
    assert (tally.members, tally.required, tally.met) == (50, 50, 20)
