"""Who reminded whom by hand is kept for DELIVERY_LOG_DAYS, as the log of what was sent."""

from datetime import timedelta

import pytest

from monitoring import periodic
from notifications import retention
from tests.cast import Cast
from tests.factories import PeriodFactory
from tests.training.test_reminder_now import NOON, remind
from training.models import HandReminder, Period, ReminderRun
from training.reminder_retention import trim_runs
from training.services import open_period

DAYS = 400
LATER = NOON + timedelta(days=DAYS)


@pytest.fixture
def half(cast: Cast) -> Period:
    period: Period = PeriodFactory(year=2026, half=2)
    open_period(period=period, now=NOON)
    return period


def test_what_is_older_goes_and_the_rest_stays(cast: Cast, half: Period, settings):
    settings.DELIVERY_LOG_DAYS = DAYS
    remind(half, cast.regency_officer)
    newer = remind(half, cast.regency_officer, now=NOON + timedelta(days=1))
    assert trim_runs(now=LATER - timedelta(days=1)) == 0
    assert trim_runs(now=LATER + timedelta(days=1)) == 3 + 1
    assert ReminderRun.objects.get() == newer
    assert set(HandReminder.objects.values_list("run", flat=True)) == {newer.pk}
    assert trim_runs(now=LATER + timedelta(days=1)) == 0


def test_a_run_stays_as_long_as_it_names_somebody(
    cast: Cast,
    half: Period,
    settings,
    monkeypatch: pytest.MonkeyPatch,
):
    settings.DELIVERY_LOG_DAYS = DAYS
    monkeypatch.setattr(retention, "PORTION", 2)
    remind(half, cast.regency_officer)
    assert trim_runs(now=LATER + timedelta(days=2), portions=1) == 2
    assert (ReminderRun.objects.count(), HandReminder.objects.count()) == (1, 1)
    assert trim_runs(now=LATER + timedelta(days=2)) == 1 + 1


def test_a_run_that_reached_nobody_goes_too(cast: Cast, half: Period, settings):
    settings.DELIVERY_LOG_DAYS = DAYS
    remind(half, cast.regency_officer)
    ReminderRun.objects.update(reminded=0)
    HandReminder.objects.all().delete()
    assert trim_runs(now=LATER + timedelta(days=1)) == 1


def test_the_scheduler_does_it(cast: Cast, half: Period):
    remind(half, cast.regency_officer)
    periodic.run_periodic(now=LATER + timedelta(days=9))
    assert not ReminderRun.objects.exists()
