"""The migration that gives reports of more than a week back, tried on rows from before the rule."""

from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.db import connection

from reports.models import ActivityReport
from reports.services import send_report, verify_report
from tests.factories import ActivityReportFactory

MIGRATION = import_module("reports.migrations.0002_mend_too_long")


def without_the_rule() -> None:
    """Let the table take what it took before; PostgreSQL brings the rule back with the test's rollback."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE reports_activityreport DROP CONSTRAINT report_of_a_week_at_most")


def with_the_rule() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def test_what_was_handed_in_is_returned_and_a_draft_stays_one(cast, draft):
    sent, verified, short = (ActivityReportFactory(reporter=cast.member.user) for _ in range(3))
    for report in (sent, verified, short):
        send_report(report=report, by=cast.member.user)
    verify_report(report=verified, by=cast.district_officer)
    too_long = (draft, sent, verified)
    without_the_rule()
    ActivityReport.objects.filter(pk__in=[report.pk for report in too_long]).update(
        ends_at=draft.starts_at + timedelta(days=9)
    )
    with_the_rule()
    MIGRATION.mend(apps, connection.schema_editor())
    for report in (*too_long, short):
        report.refresh_from_db()
    assert [report.status for report in (*too_long, short)] == ["draft", "returned", "returned", "sent"]
    assert [report.ends_at for report in too_long] == [None] * 3
    assert set(sent.unfinished) == {"end_date", "end_time"}
    assert sent.number
    assert (sent.decided_by, verified.decided_by) == (cast.member.user, cast.district_officer)
    for report, kinds in ((draft, []), (sent, ["sent", "returned"]), (verified, ["sent", "verified", "returned"])):
        assert [event.kind for event in report.events.all()] == kinds
    last = verified.events.last()
    assert (last.by_name, last.reason) == ("Akademi Linmas", verified.return_reason)
    assert last.reason == "Lebih dari 7 hari: pecah menjadi beberapa laporan."
