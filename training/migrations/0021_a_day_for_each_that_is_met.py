"""No standing is met without its day: those that came meanwhile are filled first."""

from importlib import import_module

from django.db import migrations, models

fill = import_module("training.migrations.0020_fill_day_of_meeting_it").fill


class Migration(migrations.Migration):
    dependencies = [("training", "0020_fill_day_of_meeting_it")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(is_met=True, met_on__isnull=False) | models.Q(is_met=False, met_on__isnull=True),
                name="standing_met_on_a_day",
            ),
        ),
    ]
