import django.db.models.deletion
from django.db import migrations, models

from regions.operations import drop_pattern_indexes


class Migration(migrations.Migration):
    dependencies = [
        ("regions", "0001_initial"),
        ("training", "0021_a_day_for_each_that_is_met"),
    ]

    operations = [
        migrations.AlterField(
            model_name="standing",
            name="village",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="regions.region"
            ),
        ),
        migrations.RunPython(drop_pattern_indexes("training", "TrainingRecord", "source"), migrations.RunPython.noop),
    ]
