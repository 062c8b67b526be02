"""A print file is made in parts."""

from django.db import migrations, models


def begin_again(apps, schema_editor):
    """What had been gone through of an unfinished print was only kept in a process."""
    apps.get_model("certificates", "Run").objects.filter(kind="print", finished_at=None).update(gone_through=[0])


class Migration(migrations.Migration):
    dependencies = [("certificates", "0011_room_for_all_who_signed")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="parts",
            field=models.JSONField(blank=True, default=list, verbose_name="bagian"),
        ),
        migrations.RunPython(begin_again, begin_again),
    ]
