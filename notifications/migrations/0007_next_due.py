"""What is due next is read from the index alone, however much is due at one moment.

Built under a name of its own while the one before is still there, so that nobody waits for it.
"""

from django.db import migrations, models

from regions.operations import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0006_matters")]

    operations = [
        AddIndexBeside(
            model_name="delivery",
            index=models.Index(
                fields=["channel", "due_at", "id"],
                condition=models.Q(state__in=["planned", "sending"]),
                name="delivery_next_due",
            ),
        ),
        migrations.RemoveIndex(model_name="delivery", name="delivery_due"),
    ]
