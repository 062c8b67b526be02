"""Print runs become one kind of run; issuing is the other."""

from django.db import migrations, models


def carry_over(apps, schema_editor):
    """What was printed is finished; what was not begins again, as it did before.

    One update a row: PostgreSQL refuses to change a table in whose rows a transaction has written twice.
    """
    for run in apps.get_model("certificates", "Run").objects.all():
        run.gone_through = [len(run.items) if run.file else 0]
        run.worked_at = run.requested_at
        run.finished_at = run.requested_at if run.file else None
        run.save(update_fields=["gone_through", "worked_at", "finished_at"])


def forget_issuing(apps, schema_editor):
    """On the way back: what a run of issuing counts are trainings, which no print may take for certificates."""
    apps.get_model("certificates", "Run").objects.filter(kind="issue").delete()


class Migration(migrations.Migration):
    dependencies = [("certificates", "0007_number_log")]

    operations = [
        migrations.RemoveIndex(model_name="printrun", name="print_run_unfinished"),
        migrations.RenameModel(old_name="PrintRun", new_name="Run"),
        migrations.RenameField(model_name="run", old_name="certificates", new_name="items"),
        migrations.RenameField(model_name="run", old_name="damaged", new_name="left_out"),
        migrations.RemoveField(model_name="run", name="done"),
        migrations.AddField(
            model_name="run",
            name="kind",
            field=models.CharField(
                choices=[("issue", "terbitkan"), ("print", "cetak")],
                default="print",
                max_length=5,
                verbose_name="jenis",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="run",
            name="about",
            field=models.CharField(blank=True, max_length=200, verbose_name="saringan"),
        ),
        migrations.AddField(
            model_name="run",
            name="gone_through",
            field=models.JSONField(default=list, verbose_name="sudah dikerjakan"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="run",
            name="worked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="terakhir dikerjakan"),
        ),
        migrations.AddField(
            model_name="run",
            name="finished_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="selesai pada"),
        ),
        migrations.RunPython(carry_over, forget_issuing),
        migrations.AlterModelOptions(
            name="run",
            options={
                "ordering": ["-requested_at", "-pk"],
                "verbose_name": "proses sertifikat",
                "verbose_name_plural": "proses sertifikat",
            },
        ),
        migrations.AlterField(model_name="run", name="items", field=models.JSONField(verbose_name="isi")),
        migrations.AlterField(
            model_name="run", name="left_out", field=models.JSONField(default=list, verbose_name="tidak ikut")
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(condition=models.Q(("finished_at__isnull", True)), fields=["id"], name="run_unfinished"),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("file", ""), ("finished_at__isnull", False), _connector="OR"),
                name="run_with_file_is_finished",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("file", ""), _negated=True), fields=("file",), name="certificate_file_once"
            ),
        ),
    ]
