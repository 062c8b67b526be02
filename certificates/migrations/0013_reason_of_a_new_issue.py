import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from certificates.operations import guard_certificates, unguard_certificates


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0012_guard_certificates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(unguard_certificates, guard_certificates),
        migrations.AddField(
            model_name="certificate",
            name="reissue_reason",
            field=models.TextField(blank=True, verbose_name="alasan terbit ulang"),
        ),
        migrations.AddField(
            model_name="certificate",
            name="reissued_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("reissue_reason", ""), ("replaces__isnull", False), _connector="OR"),
                name="certificate_reissue_replaces_one",
            ),
        ),
        migrations.RunPython(guard_certificates, unguard_certificates),
    ]
