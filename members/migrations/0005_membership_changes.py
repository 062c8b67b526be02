"""What officers change about a membership: its history has days and changes, a move elsewhere waits for its answer."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_waiting_members"),
        ("regions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MoveRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("on", models.DateField(verbose_name="per tanggal")),
                ("reason", models.TextField(max_length=500, verbose_name="alasan")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "menunggu diterima"),
                            ("accepted", "diterima"),
                            ("refused", "ditolak"),
                            ("withdrawn", "dibatalkan"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="diminta pada")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="diputuskan pada")),
                ("decision_reason", models.TextField(blank=True, max_length=500, verbose_name="alasan keputusan")),
            ],
            options={
                "verbose_name": "permintaan pindah",
                "verbose_name_plural": "permintaan pindah",
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="memberevent",
            name="changes",
            field=models.JSONField(blank=True, default=list, verbose_name="yang berubah"),
        ),
        migrations.AddField(
            model_name="memberevent",
            name="on",
            field=models.DateField(blank=True, null=True, verbose_name="per tanggal"),
        ),
        migrations.AlterField(
            model_name="memberevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("registered", "mendaftar"),
                    ("resubmitted", "memperbaiki dan mengirim ulang"),
                    ("verified", "diverifikasi"),
                    ("refused", "ditolak"),
                    ("password", "tautan kata sandi dibuat"),
                    ("resigned", "mengundurkan diri"),
                    ("retired", "pensiun karena usia"),
                    ("died", "meninggal dunia"),
                    ("dismissed", "diberhentikan"),
                    ("reinstated", "diaktifkan kembali"),
                    ("moved", "pindah desa"),
                    ("corrected", "data diperbaiki"),
                ],
                max_length=12,
                verbose_name="peristiwa",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ["resigned", "retired", "died", "dismissed", "reinstated", "moved"]), _negated=True
                    ),
                    models.Q(("on__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="member_event_act_has_day_and_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "corrected"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="member_event_correction_has_reason",
            ),
        ),
        migrations.AddField(
            model_name="moverequest",
            name="asked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="moverequest",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="moverequest",
            name="from_village",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
                verbose_name="dari desa/kelurahan",
            ),
        ),
        migrations.AddField(
            model_name="moverequest",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="move_requests",
                to="members.member",
                verbose_name="anggota",
            ),
        ),
        migrations.AddField(
            model_name="moverequest",
            name="to_village",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="regions.region",
                verbose_name="ke desa/kelurahan",
            ),
        ),
        migrations.AddConstraint(
            model_name="moverequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "waiting")), fields=("member",), name="move_request_one_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="moverequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_village", models.F("to_village")), _negated=True),
                name="move_request_leads_elsewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="moverequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="move_request_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="moverequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "waiting"), ("decided_at__isnull", False), _connector="OR"),
                name="move_request_decided_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="moverequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "refused"), _negated=True),
                    models.Q(("decision_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="move_request_refused_has_reason",
            ),
        ),
    ]
