from django.db import migrations
from django.db.models import F


FIELDS = {
    "Kesemaptaan": "kesemaptaan",
    "Pelindungan masyarakat": "pelindungan_masyarakat",
    "Bencana dan kebakaran": "bencana_kebakaran",
    "Pertahanan negara": "pertahanan_negara",
    "Kearifan lokal": "kearifan_lokal",
}


def fill(apps, schema_editor):
    """Standings that are met say so; ledger rows carry the keys of their course and field, which policies name."""
    standings = apps.get_model("training", "Standing").objects
    standings.filter(needed__gt=0, counted__gte=F("needed")).update(is_met=True)
    records = apps.get_model("training", "TrainingRecord").objects
    sources = records.filter(source__startswith="course:", subject="").values_list("source", flat=True)
    for key in {":".join(source.split(":")[:2]) for source in sources.iterator(chunk_size=2000)}:
        records.filter(source__startswith=f"{key}:").update(subject=key)
    for words, key in FIELDS.items():
        records.filter(field=words).update(field=key)


class Migration(migrations.Migration):
    dependencies = [("training", "0002_policies_exemptions_reversals")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
