"""Indexes of standings and of the ledger that PostgreSQL reads by the beginning of a code, and fewer that nobody reads.

What a composite index begins with needs no index of its own: on PostgreSQL it led the planner to read a whole half.
"""

import django.db.models.deletion
from django.db import migrations, models

PREFIXES = ("int8_ops", "varchar_pattern_ops")


class Migration(migrations.Migration):
    dependencies = [("training", "0011_digests_to_officers")]

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
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(fields=["period", "village"], opclasses=PREFIXES, name="standing_period_village"),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=["period", "village"],
                opclasses=PREFIXES,
                condition=models.Q(is_serving=True, is_met=False, needed__gt=0),
                name="standing_owing",
            ),
        ),
        migrations.AddIndex(
            model_name="trainingrecord",
            index=models.Index(
                fields=["period", "village", "completed_on"],
                opclasses=(*PREFIXES, "date_ops"),
                name="record_period_village_day",
            ),
        ),
    ]
