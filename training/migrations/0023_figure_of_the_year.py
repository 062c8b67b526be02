from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("training", "0022_no_index_of_villages_alone")]

    operations = [
        migrations.AddField(
            model_name="villagetally",
            name="year_met",
            field=models.PositiveIntegerField(default=0, verbose_name="terpenuhi setahun penuh"),
        ),
        migrations.AddField(
            model_name="closedtally",
            name="year_met",
            field=models.PositiveIntegerField(null=True, verbose_name="terpenuhi setahun penuh"),
        ),
        migrations.AddConstraint(
            model_name="villagetally",
            constraint=models.CheckConstraint(condition=Q(year_met__lte=F("met")), name="tally_year_within_met"),
        ),
        migrations.AddConstraint(
            model_name="closedtally",
            constraint=models.CheckConstraint(condition=Q(year_met__lte=F("met")), name="closed_tally_year_within_met"),
        ),
    ]
