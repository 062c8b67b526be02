"""The village of evidence is the one that entered it, then the one that decided it: only the words change."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial"), ("training", "0016_level_of_who_asked")]

    operations = [
        migrations.AlterField(
            model_name="evidence",
            name="village",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
                verbose_name="desa/kelurahan saat dicatat, lalu saat diputuskan",
            ),
        ),
    ]
