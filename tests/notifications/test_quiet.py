"""Quiet hours, to the second, in three time zones."""

from datetime import datetime, timedelta

import pytest

from notifications.quiet import is_quiet, next_allowed
from regions.timezones import zone_of


def at(code: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone_of(code))


@pytest.mark.parametrize("code", ["11", "63", "94"])
@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("2026-08-05T20:59:59", False),
        ("2026-08-05T21:00:00", True),
        ("2026-08-05T23:59:59", True),
        ("2026-08-06T00:00:00", True),
        ("2026-08-06T05:59:59", True),
        ("2026-08-06T06:00:00", False),
    ],
)
def test_from_nine_to_six_by_the_local_clock(code: str, text: str, quiet: bool):
    moment = at(code, text)
    assert is_quiet(moment, code) == quiet
    assert next_allowed(moment, code) == (at(code, "2026-08-06T06:00:00") if quiet else moment)


def test_the_nation_is_not_asleep_at_the_same_moment():
    moment = at("94", "2026-08-05T21:30:00")
    assert is_quiet(moment, "94")
    assert not is_quiet(moment, "11")


def test_hours_of_one_day_can_be_quiet_too(settings):
    settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = 12, 14
    noon = at("63", "2026-08-05T12:30:00")
    assert next_allowed(noon, "63") == noon + timedelta(minutes=90)
    assert not is_quiet(at("63", "2026-08-05T23:00:00"), "63")


def test_no_quiet_hours_at_all(settings):
    settings.QUIET_FROM_HOUR = settings.QUIET_UNTIL_HOUR = 0
    assert not is_quiet(at("63", "2026-08-05T00:30:00"), "63")
