"""Reports longer than a week go back to their writers as drafts, with the end they typed still in the form."""

from datetime import timedelta
from typing import Any

from django.db import migrations
from django.db.models import F

from regions.timezones import zone_of


def mend(apps: Any, schema_editor: Any) -> None:
    reports = apps.get_model("reports", "ActivityReport").objects.using(schema_editor.connection.alias)
    for report in reports.filter(ends_at__gt=F("starts_at") + timedelta(days=7)):
        end = report.ends_at.astimezone(zone_of(report.village_id))
        typed = {**report.unfinished, "end_date": f"{end:%Y-%m-%d}", "end_time": f"{end:%H:%M}"}
        reports.filter(pk=report.pk).update(ends_at=None, unfinished=typed, status="draft")


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunPython(mend, migrations.RunPython.noop, elidable=True)]
