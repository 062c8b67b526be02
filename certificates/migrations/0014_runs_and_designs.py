"""A print file is made in parts, and what cannot be made ends; designs have a frame and a second logo."""

import django.db.models.deletion
from django.db import migrations, models


def begin_again(apps, schema_editor):
    """What had been gone through of an unfinished print was only kept in a process."""
    apps.get_model("certificates", "Run").objects.filter(kind="print", finished_at=None).update(gone_through=[0])


def leave_bands_unframed(apps, schema_editor):
    """That layout had no frame before one could be chosen."""
    apps.get_model("certificates", "Design").objects.filter(layout="band").update(frame="none")


class Migration(migrations.Migration):
    dependencies = [("certificates", "0013_reason_of_a_new_issue")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="parts",
            field=models.JSONField(blank=True, default=list, verbose_name="bagian"),
        ),
        migrations.AddField(
            model_name="run",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="percobaan"),
        ),
        migrations.AddField(
            model_name="run",
            name="has_failed",
            field=models.BooleanField(default=False, verbose_name="gagal"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("has_failed", False), models.Q(("file", ""), ("finished_at__isnull", False)), _connector="OR"
                ),
                name="run_failed_is_finished_without_file",
            ),
        ),
        migrations.AddField(
            model_name="design",
            name="frame",
            field=models.CharField(
                choices=[("double", "Ganda, dengan hiasan sudut"), ("single", "Satu garis"), ("none", "Tanpa bingkai")],
                default="double",
                max_length=10,
                verbose_name="bingkai",
            ),
        ),
        migrations.AddField(
            model_name="design",
            name="second_logo",
            field=models.ForeignKey(
                blank=True,
                help_text="Misalnya lambang Satpol PP di samping lambang daerah. Kosong: satu logo saja.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="wagtailimages.image",
                verbose_name="logo kedua",
            ),
        ),
        migrations.AlterField(
            model_name="design",
            name="layout",
            field=models.CharField(
                choices=[("classic", "Klasik: rata tengah"), ("band", "Pita: pita warna di kiri, rata kiri")],
                default="classic",
                max_length=10,
                verbose_name="tata letak",
            ),
        ),
        migrations.AlterField(
            model_name="design",
            name="logo",
            field=models.ForeignKey(
                blank=True,
                help_text="PNG atau JPEG, sebaiknya persegi. Kosong: lambang Akademi Linmas.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="wagtailimages.image",
                verbose_name="logo",
            ),
        ),
        migrations.RunPython(begin_again, begin_again),
        migrations.RunPython(leave_bands_unframed, migrations.RunPython.noop),
    ]
