"""The day of each standing that is met, in batches while others go on writing, and the indexes that count by it."""

from django.db import migrations, models
from django.db.models import Max, Min, OuterRef, Subquery

from regions.operations import AddIndexBeside

BATCH = 20_000  # standings in one transaction


def fill(apps, schema_editor):
    """The day of the `needed`-th training; where the ledger lost it, the half's last day, and `reconcile` will say so."""
    standings = apps.get_model("training", "Standing").objects.filter(is_met=True, met_on=None)
    records = apps.get_model("training", "TrainingRecord").objects
    trained = records.filter(member=OuterRef("member"), period=OuterRef("period"), reversal=None)
    days = trained.order_by("completed_on", "pk").values("completed_on")
    ends = standings.aggregate(first=Min("pk"), last=Max("pk"))
    needs = list(standings.order_by().values_list("needed", flat=True).distinct())
    for start in range(ends["first"] or 0, (ends["last"] or -1) + 1, BATCH):
        batch = standings.filter(pk__range=(start, start + BATCH - 1))
        for needed in needs:
            batch.filter(needed=needed).update(met_on=Subquery(days[needed - 1 : needed]))
    for period in apps.get_model("training", "Period").objects.all():
        month, day = (6, 30) if period.half == 1 else (12, 31)
        standings.filter(period=period).update(met_on=f"{period.year}-{month:02}-{day}")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("training", "0019_day_of_meeting_it")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndexBeside(
            model_name="standing",
            index=models.Index(
                fields=["period", "village", "met_on"],
                opclasses=("int8_ops", "varchar_pattern_ops", "date_ops"),
                condition=models.Q(is_met=True),
                name="standing_met_by_village",
            ),
        ),
        AddIndexBeside(
            model_name="standing",
            index=models.Index(
                fields=["period", "met_on"], condition=models.Q(is_met=True), name="standing_met_by_day"
            ),
        ),
    ]
