"""Drops the indexes that the new ones replace, and those that nobody reads.

What a composite index begins with needs no index of its own: on PostgreSQL it led the planner to read a whole half.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0012_owing_standings")]

    operations = [
        migrations.RemoveIndex(model_name="standing", name="standing_period_village"),
        migrations.RemoveIndex(model_name="trainingrecord", name="record_period_village_day"),
        migrations.AlterField(
            model_name="standing",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="standings",
                to="members.member",
            ),
        ),
        migrations.AlterField(
            model_name="standing",
            name="period",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="training.period"
            ),
        ),
        migrations.AlterField(
            model_name="trainingrecord",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="training_records",
                to="members.member",
            ),
        ),
    ]
