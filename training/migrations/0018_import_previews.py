"""An uploaded table is kept in the database between its preview and its saving."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0017_village_of_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportPreview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=150, verbose_name="nama berkas")),
                ("rows", models.JSONField()),
                ("uploaded_at", models.DateTimeField(db_index=True, verbose_name="diunggah pada")),
                (
                    "officer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "pratinjau impor",
                "verbose_name_plural": "pratinjau impor",
            },
        ),
    ]
