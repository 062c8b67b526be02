"""Reports longer than a week go back to their writers, with the end they typed still in the form.

What was sent or verified is returned with a reason, as its history says; a draft stays one.
"""

from datetime import timedelta
from typing import Any

from django.db import migrations
from django.db.models import F
from django.utils import timezone

from regions.timezones import zone_of


REASON = "Lebih dari 7 hari: pecah menjadi beberapa laporan."
NOBODY = "Akademi Linmas"  # no person returned it; the columns ask for one all the same


def mend(apps: Any, schema_editor: Any) -> None:
    reports = apps.get_model("reports", "ActivityReport").objects.using(schema_editor.connection.alias)
    events = apps.get_model("reports", "ReportEvent").objects.using(schema_editor.connection.alias)
    now = timezone.now()
    for report in reports.filter(ends_at__gt=F("starts_at") + timedelta(days=7)):
        end = report.ends_at.astimezone(zone_of(report.village_id))
        typed = {**report.unfinished, "end_date": f"{end:%Y-%m-%d}", "end_time": f"{end:%H:%M}"}
        changes: dict[str, Any] = {"ends_at": None, "unfinished": typed, "revision": report.revision + 1}
        if report.status in ("sent", "verified"):
            by = report.decided_by_id or report.reporter_id
            changes |= {"status": "returned", "return_reason": REASON, "decided_by_id": by, "decided_at": now}
            events.create(report=report, kind="returned", by_id=by, by_name=NOBODY, at=now, reason=REASON)
        reports.filter(pk=report.pk).update(**changes)


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop, elidable=True)]
