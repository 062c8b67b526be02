"""Indexes of standings and of the ledger that PostgreSQL reads by the beginning of a code.

Built under names of their own while the ones before them are still there, so that nobody waits for them.
"""

from django.db import migrations, models

from regions.operations import AddIndexBeside

PREFIXES = ("int8_ops", "varchar_pattern_ops")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("training", "0011_digests_to_officers")]

    operations = [
        AddIndexBeside(
            model_name="standing",
            index=models.Index(fields=["period", "village"], opclasses=PREFIXES, name="standing_by_village"),
        ),
        AddIndexBeside(
            model_name="standing",
            index=models.Index(
                fields=["period", "village"],
                opclasses=PREFIXES,
                condition=models.Q(is_serving=True, is_met=False, needed__gt=0),
                name="standing_owing",
            ),
        ),
        AddIndexBeside(
            model_name="trainingrecord",
            index=models.Index(
                fields=["period", "village", "completed_on"],
                opclasses=(*PREFIXES, "date_ops"),
                name="record_by_village_day",
            ),
        ),
    ]
