from django.db import migrations

from regions.operations import drop_pattern_indexes


class Migration(migrations.Migration):
    dependencies = [("members", "0005_membership_changes")]

    operations = [
        migrations.RunPython(drop_pattern_indexes("members", "Member", "nik_index", "phone"), migrations.RunPython.noop)
    ]
