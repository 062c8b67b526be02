"""An index over the members who wait for their verification."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0003_nik_access_reason")]

    operations = [
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["village"], condition=models.Q(status="pending"), name="member_waiting"),
        ),
    ]
