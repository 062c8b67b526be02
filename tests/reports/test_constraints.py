"""What the database itself refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, models, transaction

from reports.models import ActivityReport, Presence, ReportEvent, ReportPhoto, ReportSequence
from tests.factories import ActivityReportFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.usefixtures("regions")


def breaks(constraint: str):
    """Expect this constraint, by its name where the database tells it."""
    return pytest.raises(IntegrityError, match=f"{constraint}|UNIQUE constraint failed")


def write(report: ActivityReport, **values: object) -> None:
    with transaction.atomic():
        ActivityReport.objects.filter(pk=report.pk).update(**values)


@pytest.mark.parametrize(
    ("traits", "values", "constraint"),
    [
        ({"sent": True}, {"status": "lost"}, "report_status_known"),
        ({}, {"ends_at": models.F("starts_at") - timedelta(minutes=1)}, "report_ends_after_it_starts"),
        ({}, {"ends_at": models.F("starts_at") + timedelta(days=7, minutes=1)}, "report_of_a_week_at_most"),
        ({}, {"activity_date": None}, "report_date_goes_with_start"),
        ({}, {"starts_at": None, "ends_at": None}, "report_date_goes_with_start"),
        ({}, {"latitude": Decimal("-2.3")}, "report_coordinates_are_on_earth"),
        ({}, {"latitude": Decimal(91), "longitude": Decimal(115)}, "report_coordinates_are_on_earth"),
        ({}, {"status": "sent"}, "report_beyond_draft_has_number"),
        ({"sent": True}, {"number": None}, "report_beyond_draft_has_number"),
        ({"returned": True}, {"number_sequence": None}, "report_beyond_draft_has_number"),
        ({"sent": True}, {"sent_at": None}, "report_beyond_draft_has_number"),
        ({"sent": True}, {"kind": ""}, "report_submitted_is_complete"),
        ({"sent": True}, {"place": ""}, "report_submitted_is_complete"),
        ({"sent": True}, {"ends_at": None}, "report_submitted_is_complete"),
        ({"verified": True}, {"account": ""}, "report_submitted_is_complete"),
        ({"verified": True}, {"result": ""}, "report_submitted_is_complete"),
        ({"sent": True}, {"unfinished": {"place": "x"}}, "report_submitted_is_complete"),
        ({"verified": True}, {"decided_by": None}, "report_decided_has_decider"),
        ({"returned": True}, {"decided_at": None}, "report_decided_has_decider"),
        ({"returned": True}, {"return_reason": ""}, "report_returned_has_reason"),
    ],
)
def test_a_report_that_cannot_be(traits, values, constraint):
    report = ActivityReportFactory(**traits)
    with breaks(constraint):
        write(report, **values)


@pytest.mark.parametrize("long", [timedelta(0), timedelta(days=7)])
def test_a_minute_is_long_enough_and_a_week_not_too_long(long):
    report = ActivityReportFactory()
    write(report, ends_at=models.F("starts_at") + long)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        (["number"], "report_number_once"),
        (["number_sequence", "number_year"], "report_sequence_once_a_village_year"),
        (["draft_key"], "report_draft_once"),
    ],
)
def test_twice_the_same(fields, constraint):
    first, second = ActivityReportFactory(sent=True), ActivityReportFactory(sent=True)
    with breaks(constraint):
        write(second, **{field: getattr(first, field) for field in fields})


def test_one_member_is_present_once():
    report, member = ActivityReportFactory(), MemberFactory()
    Presence.objects.create(report=report, member=member, name=member.name)
    with breaks("report_member_present_once"):
        Presence.objects.create(report=report, member=member, name=member.name)


def photo(report, position=1, digest="a"):
    return ReportPhoto(
        report=report,
        position=position,
        file="a.jpg",
        thumbnail="b.jpg",
        width=1,
        height=1,
        size=1,
        upload_digest=digest,
    )


@pytest.mark.parametrize(
    ("position", "digest", "constraint"),
    [
        (1, "b", "report_photo_place_once"),
        (2, "a", "report_photo_once"),
        (0, "b", "report_photo_within_ten"),
        (11, "b", "report_photo_within_ten"),
    ],
)
def test_a_photo_that_cannot_be(position, digest, constraint):
    report = ActivityReportFactory()
    photo(report).save()
    with breaks(constraint):
        photo(report, position, digest).save()


def test_one_counter_a_village_and_year():
    ReportSequence.objects.create(village_id="63.11.01.2001", year=2026)
    with breaks("report_sequence_once"):
        ReportSequence.objects.create(village_id="63.11.01.2001", year=2026)


def test_a_returning_says_why():
    report, by = ActivityReportFactory(), UserFactory()
    with breaks("report_event_returned_why"):
        ReportEvent.objects.create(report=report, kind="returned", by=by, by_name="X", at=report.starts_at)


def test_history_holds_the_report():
    report = ActivityReportFactory(sent=True)
    ReportEvent.objects.create(report=report, kind="sent", by=report.reporter, by_name="X", at=report.starts_at)
    with pytest.raises(models.ProtectedError):
        report.delete()
