"""Two people at once, with real threads and real transactions, on either database."""

import pytest

from notifications.models import Notice
from reports.errors import ReportNotWaiting, ReportRefused, TooManyPhotos
from reports.models import ActivityReport, ReportPhoto
from reports.photo_services import add_photos
from reports.services import return_report, save_draft, send_report, start_draft, verify_report
from tests.cast import make_cast
from tests.factories import ActivityReportFactory
from tests.files import picture
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db):
    return make_cast()


def test_two_sendings_take_one_number(cast):
    report = ActivityReportFactory(reporter=cast.member.user)
    send = lambda: send_report(report=report, by=cast.member.user)  # noqa: E731
    results = at_once(send, send, send)
    assert {r.number_sequence for r in results} == {1}
    assert report.events.count() == 1
    assert Notice.objects.count() == 1


def test_many_reports_of_one_village_get_numbers_without_gaps(cast):
    reports = [ActivityReportFactory(reporter=cast.member.user) for _ in range(6)]
    at_once(*(lambda r=r: send_report(report=r, by=cast.member.user) for r in reports))
    assert sorted(ActivityReport.objects.values_list("number_sequence", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_of_verifying_and_returning_one_wins(cast):
    for _ in range(3):
        draft = ActivityReportFactory(reporter=cast.member.user)
        report = send_report(report=draft, by=cast.member.user)
        results = at_once(
            lambda report=report: verify_report(report=report, by=cast.district_officer),
            lambda report=report: return_report(report=report, by=cast.district_officer, reason="Kurang"),
            refusals=ReportNotWaiting,
        )
        refusals = [r for r in results if isinstance(r, ReportNotWaiting)]
        winner = next(r for r in results if isinstance(r, ActivityReport))
        report.refresh_from_db()
        assert len(refusals) == 1
        assert report.status == winner.status
        assert [e.kind for e in report.events.all()] == ["sent", winner.status]


def test_the_same_form_twice_at_once_is_one_draft(cast):
    key = "5c1b2a1e-6f0a-4a43-9d55-6d6c5fd1a001"
    village = cast.member.village
    start = lambda: start_draft(by=cast.member.user, village=village, position="Anggota", draft_key=key)  # noqa: E731
    assert len({r.pk for r in at_once(start, start)}) == 1
    assert ActivityReport.objects.count() == 1


def test_saving_while_sending_never_changes_what_was_sent(cast):
    report = ActivityReportFactory(reporter=cast.member.user)
    at_once(
        lambda: save_draft(report=report, by=cast.member.user, content={"place": ""}),
        lambda: send_report(report=report, by=cast.member.user),
        refusals=ReportRefused,
    )
    report.refresh_from_db()
    # Either the emptied place came first and the sending was refused, or the other way round.
    assert (report.status, bool(report.place)) in {("draft", False), ("sent", True)}


def test_ten_places_hold_ten_photos(cast):
    report = ActivityReportFactory(reporter=cast.member.user)
    add_photos(report=report, uploads=[picture(colour=(n * 25, 0, 0)) for n in range(8)])
    results = at_once(
        *(lambda n=n: add_photos(report=report, uploads=[picture(colour=(0, n * 25, 0))]) for n in range(1, 5))
    )
    refused = [refusal for outcome in results for refusal in outcome.refused]
    assert [type(r) for r in refused] == [TooManyPhotos] * 2
    assert sorted(ReportPhoto.objects.values_list("position", flat=True)) == list(range(1, 11))


def test_the_same_photo_twice_at_once_is_one(cast):
    report = ActivityReportFactory(reporter=cast.member.user)
    add = lambda: add_photos(report=report, uploads=[picture()])  # noqa: E731
    at_once(add, add)
    assert report.photos.count() == 1
