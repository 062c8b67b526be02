"""Who gets the Laporan Kepatuhan by e-mail each Monday, and which of them were sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class WeeklyChoice(models.Model):
    """An officer's own wish for one of their roles; it ends with the role.

    `failures` counts the Mondays in a row on which no report came through, `failed_on` is the last of them.
    """

    grant = models.OneToOneField("members.RoleGrant", models.CASCADE, related_name="+")
    chosen_at = models.DateTimeField(_("dipilih pada"), auto_now_add=True)
    failures = models.PositiveSmallIntegerField(_("gagal berturut-turut"), default=0)
    failed_on = models.DateField(_("terakhir gagal"), null=True, blank=True)

    class Meta:
        verbose_name = _("laporan mingguan")
        verbose_name_plural = _("laporan mingguan")

    def __str__(self) -> str:
        return str(self.grant_id)


class WeeklyMail(models.Model):
    """One report to one person in the week that begins on `monday`: taken before it is sent, so never sent twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    monday = models.DateField(_("minggu mulai"))
    sent_at = models.DateTimeField(_("dikirim pada"), null=True, blank=True)

    class Meta:
        verbose_name = _("kiriman mingguan")
        verbose_name_plural = _("kiriman mingguan")
        constraints = [models.UniqueConstraint(fields=["user", "region", "monday"], name="weekly_mail_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.region_id} {self.monday:%Y-%m-%d}"
