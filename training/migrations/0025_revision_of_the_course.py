from django.db import migrations, models

from training.operations import guard_ledger, unguard_ledger


class Migration(migrations.Migration):
    dependencies = [("training", "0024_fill_figure_of_the_year")]

    operations = [
        migrations.RunPython(unguard_ledger, guard_ledger),
        migrations.AddField(
            model_name="trainingrecord",
            name="course_revision",
            field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name="revisi kursus"),
        ),
        migrations.RunPython(guard_ledger, unguard_ledger),
    ]
