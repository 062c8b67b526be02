"""The ledger is append-only in the database too, not only in our code."""

from django.db import migrations

from training.operations import guard_ledger, unguard_ledger


class Migration(migrations.Migration):
    dependencies = [("training", "0014_digest_of_closed_figures")]
    operations = [migrations.RunPython(guard_ledger, unguard_ledger)]
