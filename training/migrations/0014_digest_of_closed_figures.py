"""A closed half keeps a digest of its frozen figures; of those closed before, it is taken as they stand now."""

from hashlib import sha256

from django.db import migrations, models

FIGURES = ("members", "required", "met", "exempt", "extended")


def fill(apps, schema_editor):
    """As training.closing.digest_of_frozen takes it."""
    frozen = apps.get_model("training", "ClosedTally").objects
    for period in apps.get_model("training", "Period").objects.filter(closed_at__isnull=False):
        rows = frozen.filter(period=period).order_by().values_list("village_id", *FIGURES)
        lines = sorted(" ".join(map(str, row)) for row in rows.iterator(chunk_size=2000))
        period.closed_digest = sha256("\n".join(lines).encode()).hexdigest()
        period.save(update_fields=["closed_digest"])


class Migration(migrations.Migration):
    dependencies = [("training", "0013_fewer_indexes")]

    operations = [
        migrations.AddField(
            model_name="period",
            name="closed_digest",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                help_text="SHA-256 angka desa saat ditutup",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
