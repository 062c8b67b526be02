"""A reason for opening a NIK is kept as long as its form takes it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0002_squads")]

    operations = [
        migrations.AlterField(
            model_name="nikaccess",
            name="reason",
            field=models.CharField(max_length=500, verbose_name="alasan"),
        ),
    ]
