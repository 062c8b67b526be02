"""The log of deliveries is kept for DELIVERY_LOG_DAYS."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring import periodic
from notifications import retention
from notifications.delivering import claim
from notifications.models import Channel, Delivery
from notifications.retention import trim_log
from tests.cast import Cast
from tests.notifications.topics import NOON, planned

DAYS = 400
LATER = NOON + timedelta(days=DAYS)


def left() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("key", flat=True))


def test_what_is_older_goes_and_the_rest_stays(cast: Cast, settings):
    settings.DELIVERY_LOG_DAYS = DAYS
    planned(cast, key="uji:1", planned_at=NOON - timedelta(seconds=1))
    planned(cast, key="uji:2")
    planned(cast, key="uji:3", planned_at=NOON + timedelta(days=1))
    assert trim_log(now=LATER) == 1
    assert left() == ["uji:2", "uji:3"]
    assert trim_log(now=LATER) == 0


def test_the_operator_says_how_long(cast: Cast, settings):
    planned(cast)
    settings.DELIVERY_LOG_DAYS = 800
    assert trim_log(now=LATER + timedelta(days=1)) == 0
    settings.DELIVERY_LOG_DAYS = 200
    assert trim_log(now=NOON + timedelta(days=201)) == 1


def test_what_a_worker_holds_stays(cast: Cast):
    held = planned(cast, Channel.EMAIL)
    assert claim(held, NOON)
    planned(cast, key="uji:2")
    assert trim_log(now=LATER + timedelta(days=1)) == 1
    assert left() == ["uji:1"]


@pytest.mark.parametrize(("portions", "removed"), [(1, 2), (2, 4), (9, 7)])
def test_it_goes_in_portions(cast: Cast, monkeypatch: pytest.MonkeyPatch, portions: int, removed: int):
    monkeypatch.setattr(retention, "PORTION", 2)
    for number in range(7):
        planned(cast, key=f"uji:{number}")
    planned(cast, key="uji:baru", planned_at=LATER)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert trim_log(now=LATER + timedelta(days=1), portions=portions) == removed
    deletes = [query["sql"] for query in asked if query["sql"].startswith("DELETE")]
    assert len(deletes) == -(-removed // 2)
    assert left() == [f"uji:{number}" for number in range(removed, 7)] + ["uji:baru"]


def test_the_scheduler_does_it(cast: Cast):
    planned(cast)
    found = {step.name: step.done for step in periodic.run_periodic(now=LATER + timedelta(days=1))}
    assert found["log entries removed"] == 1
