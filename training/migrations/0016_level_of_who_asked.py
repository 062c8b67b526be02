"""A request for an exemption keeps the level from which it was asked; of older ones it is that of the asker today."""

from django.db import migrations, models

LEVELS = [(0, "Nasional"), (1, "Provinsi"), (2, "Kabupaten/Kota"), (3, "Kecamatan"), (4, "Desa/Kelurahan")]
NATION, VILLAGE = "00", 4


def fill(apps, schema_editor):
    """The highest role of the asker over the member; who has none left asked as the lowest, as it was read until now."""
    grants = apps.get_model("members", "RoleGrant").objects.filter(kind="officer")
    exemptions = apps.get_model("training", "Exemption").objects.filter(asked_by__isnull=False)
    for exemption in exemptions.select_related("asked_by", "member").iterator(chunk_size=2000):
        parts = exemption.member.village_id.split(".")
        above = [NATION, *(".".join(parts[:length]) for length in range(1, len(parts) + 1))]
        held = grants.filter(user=exemption.asked_by, region__in=above).values_list("region__level", flat=True)
        level = 0 if exemption.asked_by.is_superuser else min(held, default=VILLAGE)
        if level != VILLAGE:
            exemption.asked_level = level
            exemption.save(update_fields=["asked_level"])


class Migration(migrations.Migration):
    dependencies = [("training", "0015_guard_the_ledger"), ("members", "0004_waiting_members")]

    operations = [
        migrations.AddField(
            model_name="exemption",
            name="asked_level",
            field=models.PositiveSmallIntegerField(
                choices=LEVELS, default=4, editable=False, verbose_name="tingkat pemohon saat mengajukan"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="exemption",
            constraint=models.CheckConstraint(
                condition=models.Q(asked_level__in=[0, 1, 2, 3, 4]), name="exemption_asked_level_known"
            ),
        ),
    ]
