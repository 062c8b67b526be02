"""What the operator set is looked at when the product starts."""

import pytest
from django.core.checks import run_checks


def found(*, deploy: bool = False) -> list[str]:
    """The ids of what the room complains about."""
    messages = run_checks(include_deployment_checks=deploy)
    return [message.id for message in messages if (message.id or "").startswith("notifications.")]


def test_the_defaults_are_in_order():
    assert found(deploy=True) == []


@pytest.mark.parametrize("name", ["QUIET_FROM_HOUR", "QUIET_UNTIL_HOUR", "REMINDER_HOUR"])
@pytest.mark.parametrize("hour", [-1, 24, 600])
def test_an_hour_that_no_day_has_is_an_error(settings, name: str, hour: int):
    setattr(settings, name, hour)
    assert found() == ["notifications.E001"]
    (message,) = [message for message in run_checks() if message.id == "notifications.E001"]
    assert f"{name}={hour}" in message.msg
    assert message.is_serious()


@pytest.mark.parametrize("hour", [0, 23])
def test_the_first_and_the_last_hour_are_hours(settings, hour: int):
    settings.QUIET_FROM_HOUR = settings.QUIET_UNTIL_HOUR = settings.REMINDER_HOUR = hour
    assert found() == []


def test_no_time_to_send_is_an_error(settings):
    settings.SENDING_SECONDS = 0
    assert found() == ["notifications.E002"]


@pytest.mark.parametrize(("days", "problems"), [(0, 1), (189, 1), (190, 0)])
def test_a_log_shorter_than_a_half_is_an_error(settings, days: int, problems: int):
    settings.DELIVERY_LOG_DAYS = days
    assert found() == ["notifications.E004"] * problems


@pytest.mark.parametrize("url", ["gerbang.id", "ftp://gerbang.id/", "http://[gerbang/"])
def test_a_gateway_that_cannot_be_is_an_error(settings, url: str):
    settings.WHATSAPP_GATEWAY_URL = url
    assert "notifications.E003" in found()


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("", True),
        ("https://gerbang.id/pesan", True),
        ("http://localhost:9000/pesan", True),
        ("http://127.0.0.2/pesan", True),
        ("http://[::1]/pesan", True),
        ("http://gerbang.id/pesan", False),
        ("http://localhost.gerbang.id/pesan", False),
        ("http://10.0.0.5/pesan", False),
        ("console:", False),
        ("file:///tmp/pesan.jsonl", False),
    ],
)
def test_in_production_the_gateway_is_one(settings, url: str, is_safe: bool):
    settings.WHATSAPP_GATEWAY_URL = url
    assert found() == []
    assert found(deploy=True) == ([] if is_safe else ["notifications.W001"])
    settings.DEBUG = True
    assert found(deploy=True) == []
