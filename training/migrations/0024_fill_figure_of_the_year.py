"""The year's figure of second halves that are there, in batches of villages.

What was closed before says nothing of it: nobody knows any more what it was then.
"""

from django.db import migrations, transaction
from django.db.models import Count, OuterRef, Subquery

BATCH = 500  # villages in one transaction


def fill(apps, schema_editor):
    """May be stopped at any moment and run again."""
    for second in apps.get_model("training", "Period").objects.filter(half=2):
        tallies = apps.get_model("training", "VillageTally").objects.filter(period=second, met__gt=0)
        codes = list(tallies.order_by("village_id").values_list("village_id", flat=True))
        for start in range(0, len(codes), BATCH):
            _fill_villages(apps, second, codes[start : start + BATCH])


@transaction.atomic
def _fill_villages(apps, second, codes):
    """Counted while the tallies are locked, so that no writer's change is missed; these lock them in the same order."""
    tallies = apps.get_model("training", "VillageTally").objects.filter(period=second, village__in=codes)
    locked = list(tallies.select_for_update().order_by("village_id"))
    standings = apps.get_model("training", "Standing").objects
    missed = standings.filter(
        member=OuterRef("member"), period__year=second.year, period__half=1, needed__gt=0, is_met=False
    )
    missed = Subquery(missed.values("pk")[:1])  # not asked whether there is one: see training.full_year
    met = standings.filter(period=second, village__in=codes, is_met=True).annotate(missed=missed).filter(missed=None)
    found = dict(met.order_by().values_list("village_id").annotate(Count("pk")))
    for tally in locked:
        # Where a tally is damaged, `reconcile` says so; the migration ends.
        tally.year_met = min(found.get(tally.village_id, 0), tally.met)
    tallies.bulk_update(locked, ["year_met"], batch_size=250)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("training", "0023_figure_of_the_year")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
