from django.db import migrations

from certificates.operations import guard_certificates, unguard_certificates


class Migration(migrations.Migration):
    dependencies = [("certificates", "0011_room_for_all_who_signed")]

    operations = [migrations.RunPython(guard_certificates, unguard_certificates)]
