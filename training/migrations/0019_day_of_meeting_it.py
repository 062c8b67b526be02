from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0018_import_previews")]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="met_on",
            field=models.DateField(null=True, verbose_name="terpenuhi pada"),
        ),
    ]
