"""What the workers' scheduler runs, how often, and that two runs never meet."""

from datetime import datetime

import pytest
from django.core.cache import cache

from lms.celery import app
from monitoring import periodic
from monitoring.tasks import RUNNING, run_periodic
from tests.cast import Cast
from training.models import Standing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_runs() -> None:
    cache.delete(RUNNING)


def test_the_schedule_names_tasks_that_there_are():
    app.loader.import_default_modules()
    entries = app.conf.beat_schedule.values()
    assert {entry["task"] for entry in entries} == {"monitoring.tasks.run_periodic"} <= set(app.tasks)
    assert all(entry["schedule"] == entry["options"]["expires"] == 300 for entry in entries)


def test_it_does_what_the_command_does(cast: Cast):
    run_periodic()
    assert Standing.objects.count() == 3
    assert cache.get(RUNNING) is None


def test_while_one_runs_no_other_begins(monkeypatch: pytest.MonkeyPatch):
    runs: list[datetime] = []

    def step(now: datetime) -> periodic.Done:
        runs.append(now)
        run_periodic()  # the scheduler of another machine
        return periodic.Done(1)

    monkeypatch.setattr(periodic, "STEPS", {"a": step})
    run_periodic()
    assert len(runs) == 1


def test_a_failed_step_is_in_the_log_and_holds_up_nothing(monkeypatch: pytest.MonkeyPatch, caplog):
    def fail(now: datetime) -> periodic.Done:
        raise RuntimeError("rusak")

    monkeypatch.setattr(periodic, "STEPS", {"a": fail})
    run_periodic()
    assert "periodic steps failed: a" in caplog.text
    assert cache.get(RUNNING) is None
