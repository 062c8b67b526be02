"""An index over the standings of who still owes the period a training."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0008_reminder_plans")]

    operations = [
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                fields=["period", "village"],
                condition=models.Q(is_serving=True, is_met=False, needed__gt=0),
                name="standing_owing",
            ),
        ),
    ]
