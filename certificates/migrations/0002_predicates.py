"""The predicates every installation starts with; regions edit them in the CMS."""

from django.db import migrations

# As in the civil service's training certificates, with "Cukup" for a pass below 70.
PREDICATES = [(90, "Sangat Memuaskan"), (80, "Memuaskan"), (70, "Baik"), (0, "Cukup")]


def add_predicates(apps, schema_editor):
    apps.get_model("certificates", "Predicate").objects.bulk_create(
        [apps.get_model("certificates", "Predicate")(minimum=minimum, label=label) for minimum, label in PREDICATES]
    )


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [migrations.RunPython(add_predicates, migrations.RunPython.noop)]
