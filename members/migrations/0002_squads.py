"""The five squads as most of the country has them; regions may rename, add or remove them."""

from django.db import migrations

SQUADS = [
    "Kesiapsiagaan & Kewaspadaan Dini",
    "Pengamanan",
    "Pertolongan Pertama pada Korban Bencana & Kebakaran",
    "Penyelamatan & Evakuasi",
    "Dapur Umum",
]


def add_squads(apps, schema_editor):
    squad = apps.get_model("members", "Squad")
    for position, name in enumerate(SQUADS, start=1):
        squad.objects.get_or_create(name=name, defaults={"position": position})


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunPython(add_squads, migrations.RunPython.noop)]
