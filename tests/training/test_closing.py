"""Closing a period freezes its figures; what comes later shows beside them."""

from datetime import UTC, datetime

import pytest

from tests.cast import Cast
from tests.factories import PeriodFactory
from training.closing import close_period
from training.errors import PeriodClosed, PeriodStillRuns
from training.models import ClosedTally, Period, Policy, VillageTally
from training.services import open_period, record_training

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
AFTER = datetime(2026, 12, 31, 17, tzinfo=UTC)  # midnight WIB, the last of the three zones


@pytest.fixture
def period(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Period:
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)
    period = PeriodFactory()
    open_period(period=period, now=NOW)
    return period


def test_the_figures_of_every_village_are_frozen(period: Period, cast: Cast):
    closed = close_period(period=period, by=cast.admin, now=AFTER)
    assert (closed.is_closed, closed.closed_by) == (True, cast.admin)
    names = ("village_id", "members", "required", "met", "exempt", "extended")
    assert list(ClosedTally.objects.order_by("village").values_list(*names)) == list(
        VillageTally.objects.order_by("village").values_list(*names)
    )


def test_a_late_training_changes_the_tally_and_not_what_was_frozen(period: Period, cast: Cast):
    close_period(period=period, by=cast.admin, now=AFTER)
    record_training(
        member=cast.member, source="evidence:1", kind="external", title="PPGD", lesson_hours=4, completed_at=NOW
    )
    assert VillageTally.objects.get(village="63.11.01.2001").met == 1
    assert ClosedTally.objects.get(village="63.11.01.2001").met == 0


def test_not_while_it_runs_anywhere(period: Period, cast: Cast):
    eastern_midnight = datetime(2026, 12, 31, 15, tzinfo=UTC)
    with pytest.raises(PeriodStillRuns):
        close_period(period=period, by=cast.admin, now=eastern_midnight)
    assert not ClosedTally.objects.exists()


def test_not_before_the_longest_days_of_grace(period: Period, cast: Cast):
    Policy.objects.create(region_id="63", grace_days=14)
    with pytest.raises(PeriodStillRuns):
        close_period(period=period, by=cast.admin, now=datetime(2027, 1, 14, 10, tzinfo=UTC))
    close_period(period=period, by=cast.admin, now=datetime(2027, 1, 14, 17, tzinfo=UTC))


def test_once(period: Period, cast: Cast):
    close_period(period=period, by=cast.admin, now=AFTER)
    with pytest.raises(PeriodClosed):
        close_period(period=period, by=cast.admin, now=AFTER)
