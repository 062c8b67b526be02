"""A print file is made in parts, and what cannot be made ends."""

from django.db import migrations, models


def begin_again(apps, schema_editor):
    """What had been gone through of an unfinished print was only kept in a process."""
    apps.get_model("certificates", "Run").objects.filter(kind="print", finished_at=None).update(gone_through=[0])


class Migration(migrations.Migration):
    dependencies = [("certificates", "0013_reason_of_a_new_issue")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="parts",
            field=models.JSONField(blank=True, default=list, verbose_name="bagian"),
        ),
        migrations.RunPython(begin_again, begin_again),
        migrations.AddField(
            model_name="run",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="percobaan"),
        ),
        migrations.AddField(
            model_name="run",
            name="has_failed",
            field=models.BooleanField(default=False, verbose_name="gagal"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("has_failed", False), models.Q(("file", ""), ("finished_at__isnull", False)), _connector="OR"
                ),
                name="run_failed_is_finished_without_file",
            ),
        ),
    ]
