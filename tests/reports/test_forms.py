"""The form reads what people type, and keeps exactly as typed what it cannot read."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from reports.forms import ReportForm, form_data, form_for
from reports.services import save_draft
from tests.factories import MemberFactory
from tests.reports.conftest import FORM

HERE = "63.11.01.2001"


@pytest.fixture
def content(cast):
    def read(**changes):
        return ReportForm(FORM | changes, village_code=HERE).content()

    return read


def test_days_and_times_are_the_villages_own(content):
    read = content()
    assert read["starts_at"] == datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert read["ends_at"] == datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert read["unfinished"] == {}


def test_the_same_clock_elsewhere_is_another_moment(cast):
    papua = ReportForm(FORM, village_code="91.03.01.2001").content()
    aceh = ReportForm(FORM, village_code="11.01.01.2001").content()
    assert (aceh["starts_at"] - papua["starts_at"]).total_seconds() == 2 * 3600


def test_a_night_goes_past_midnight(content):
    read = content(start_time="22:00", end_date="2026-11-21", end_time="04:00")
    assert read["ends_at"] == datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def test_a_week_is_not_too_long(content):
    read = content(end_date="2026-11-27", end_time="20:00")
    assert read["ends_at"] == datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def test_today_by_the_villages_clock_is_not_too_early(content):
    today = timezone.now().astimezone(ZoneInfo("Asia/Makassar")).date()
    day = {"start_date": f"{today:%Y-%m-%d}", "start_time": "23:59", "end_time": ""}
    assert content(**day)["starts_at"]
    day["start_date"] = f"{today + timedelta(days=1):%Y-%m-%d}"
    assert content(**day)["starts_at"] is None


def test_dates_are_day_first(content):
    assert content(start_date="03/04/2026")["starts_at"].month == 4


@pytest.mark.parametrize(
    "typed", ["-2.341100, 115.500300", "-2,3411; 115,5003", "-2.3411 115.5003", " -2.34110009,115.50029999 "]
)
def test_coordinates_as_people_and_maps_write_them(typed, content):
    read = content(coordinates=typed)
    assert (read["latitude"], read["longitude"]) == (Decimal("-2.341100"), Decimal("115.500300"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"coordinates": "dekat masjid"}, "coordinates"),
        ({"coordinates": "115.5, -2.3"}, "coordinates"),
        ({"coordinates": "0, 0"}, "coordinates"),
        ({"coordinates": "1e9, 1"}, "coordinates"),
        ({"coordinates": "-" * 5000}, "coordinates"),
        ({"start_date": "kemarin"}, "start_date"),
        ({"start_time": "25.61"}, "start_time"),
        ({"start_date": "0206-11-20"}, "start_date"),
        ({"start_date": "", "end_time": ""}, "start_date"),
        ({"start_time": "", "end_time": ""}, "start_time"),
        ({"end_date": "2026-11-21", "end_time": ""}, "end_time"),
        ({"end_time": "19:00"}, "end_time"),
        ({"end_date": "2026-11-27", "end_time": "20:01"}, "end_date"),
        ({"end_date": "2027-11-20"}, "end_date"),
        ({"start_date": "2099-01-01"}, "start_date"),
        ({"kind": "pesta"}, "kind"),
        ({"place": "x" * 201}, "place"),
        ({"account": "x" * 6001}, "account"),
    ],
)
def test_what_cannot_be_read_is_named_and_kept(changes, field, content, empty_draft, cast):
    form = ReportForm(FORM | changes, village_code=HERE)
    read = form.content()
    assert field in form.errors
    saved = save_draft(report=empty_draft, by=cast.member.user, content=read)
    saved.refresh_from_db()
    shown = form_data(saved)
    for name, value in (FORM | changes).items():
        assert str(shown.get(name, "")).strip() == value.strip(), name
    assert field in form_for(saved).errors


def test_a_day_without_its_time_is_kept(content, empty_draft, cast):
    read = content(start_time="", end_time="")
    assert read["starts_at"] is None
    assert read["unfinished"] == {"start_date": "2026-11-20"}
    saved = save_draft(report=empty_draft, by=cast.member.user, content=read)
    assert form_data(saved)["start_date"] == "2026-11-20"


def test_a_time_without_its_day_is_kept(content):
    assert content(start_date="")["unfinished"] == {"start_time": "20:00", "end_time": "23:00"}


def test_the_form_shows_what_was_stored(draft, cast):
    save_draft(
        report=draft,
        by=cast.member.user,
        content={"latitude": "-2.341100", "longitude": "115.500300"},
        members=[cast.member],
    )
    shown = form_data(draft)
    assert (shown["start_date"], shown["start_time"], shown["end_time"]) == ("2026-11-20", "20:00", "23:00")
    assert "end_date" not in shown
    assert shown["members_present"] == [cast.member.pk]
    again = ReportForm(shown, village_code=HERE, report=draft).content()
    assert again["starts_at"] == draft.starts_at
    assert again["unfinished"] == {}


def test_only_the_villages_active_members_are_offered(cast):
    MemberFactory(name="Zainal")
    offered = ReportForm(village_code=HERE).fields["members_present"].queryset
    assert [m.name for m in offered] == ["Ahmad Riduan", "Zainal"]


def test_a_tick_that_is_not_on_the_list_takes_no_other_with_it(cast):
    pks = [cast.member.pk, cast.neighbour_member.pk, "abc", "9" * 40, "-1", ""]
    form = ReportForm(FORM | {"members_present": pks}, village_code=HERE)
    assert form.is_valid()
    assert list(form.cleaned_data["members_present"]) == [cast.member]


def test_optional_is_said_of_what_sending_does_not_need(cast):
    for form in (ReportForm(village_code=HERE), ReportForm({}, village_code=HERE)):
        form.is_valid()
        needed = {name for name, field in form.fields.items() if field.required}
        assert needed == ReportForm.NEEDED
    assert form.errors == {}
