"""The log of a region is read by the beginning of its code whatever PostgreSQL's collation, and what was dropped too.

What the region's composite index begins with needs no index of its own.
"""

import django.db.models.deletion
from django.db import migrations, models

PREFIXES = ("varchar_pattern_ops", "int8_ops")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_failed_deliveries")]

    operations = [
        migrations.RemoveIndex(model_name="delivery", name="delivery_region"),
        migrations.RemoveIndex(model_name="delivery", name="delivery_failed"),
        migrations.AlterField(
            model_name="delivery",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
                verbose_name="wilayah",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["region", "-id"], opclasses=PREFIXES, name="delivery_region"),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["region", "-id"],
                opclasses=PREFIXES,
                condition=models.Q(state="failed"),
                name="delivery_failed",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                fields=["region", "-id"],
                opclasses=PREFIXES,
                condition=models.Q(state="dropped"),
                name="delivery_dropped",
            ),
        ),
    ]
