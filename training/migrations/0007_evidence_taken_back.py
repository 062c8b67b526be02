import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


def mark(apps, schema_editor):
    """Evidence of a training that was taken back before the column was there."""
    apps.get_model("training", "Evidence").objects.filter(record__reversal__isnull=False).update(is_taken_back=True)


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_nik_access_reason"),
        ("regions", "0001_initial"),
        ("training", "0006_letters_of_exemptions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="evidence",
            name="evidence_training_once",
        ),
        migrations.AddField(
            model_name="evidence",
            name="is_taken_back",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Catatannya dibatalkan; boleh dicatat lagi.",
                verbose_name="dibatalkan",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                models.F("member"),
                django.db.models.functions.text.Lower("title"),
                models.F("completed_on"),
                condition=models.Q(models.Q(("status", "refused"), _negated=True), ("is_taken_back", False)),
                name="evidence_training_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_taken_back", False), ("status", "approved"), _connector="OR"),
                name="evidence_taken_back_was_approved",
            ),
        ),
    ]
