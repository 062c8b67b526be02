"""What the reminders remember beside their deliveries."""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regions.scope import Scope
from training.models.period import Period


class ReminderPlan(models.Model):
    """Up to which local day the reminders of a period are planned for a place: a province, or a policy's region."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="+")
    place = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    day = models.DateField()

    class Meta:
        verbose_name = _("rencana pengingat")
        verbose_name_plural = _("rencana pengingat")
        constraints = [models.UniqueConstraint(fields=["period", "place"], name="reminder_plan_once")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.day}"


class ReminderRunQuerySet(models.QuerySet["ReminderRun"]):
    """Filters over what officers sent by hand."""

    def within(self, scope: Scope) -> Self:
        """Runs over the scope's regions."""
        return self.filter(scope.q("region__code"))


class ReminderRun(models.Model):
    """An officer reminded the members of a list by hand: who did, when, whom in words, and how many."""

    token = models.UUIDField(default=uuid4, editable=False)  # of the page that was confirmed
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("petugas")
    )
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name=_("periode"))
    filters = models.CharField(_("saringan"), max_length=300, blank=True, help_text=_("Tanpa nama orang."))
    day = models.DateField(_("hari"))  # of the region's clock; the officer's limit counts by it
    listed = models.PositiveIntegerField(_("dalam daftar"))
    reminded = models.PositiveIntegerField(_("diingatkan"), default=0)
    skipped = models.PositiveIntegerField(_("sudah diingatkan hari itu"))
    unreachable = models.PositiveIntegerField(_("tanpa saluran"))
    created_at = models.DateTimeField(_("waktu"))

    objects = ReminderRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("pengingat oleh petugas")
        verbose_name_plural = _("pengingat oleh petugas")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["officer", "day"], name="reminder_run_officer_day"),
            models.Index(fields=["region", "-id"], name="reminder_run_region"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["officer", "token"], name="reminder_run_once"),
            models.CheckConstraint(condition=Q(reminded__lte=F("listed")), name="reminder_run_within_its_list"),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.day}: {self.reminded}"


class HandReminder(models.Model):
    """One member of a run; by its constraint nobody is reminded by hand twice on one local day, whoever does it."""

    run = models.ForeignKey(ReminderRun, models.CASCADE, related_name="people")
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="+")
    day = models.DateField()  # on which it is sent, by the village's clock

    class Meta:
        verbose_name = _("anggota yang diingatkan petugas")
        verbose_name_plural = _("anggota yang diingatkan petugas")
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="hand_reminder_once_a_day")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.day}"


class DigestPlan(models.Model):
    """Up to which Monday the digests to officers about a period are planned for a place."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="+")
    place = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    monday = models.DateField()

    class Meta:
        verbose_name = _("rencana ringkasan")
        verbose_name_plural = _("rencana ringkasan")
        constraints = [models.UniqueConstraint(fields=["period", "place"], name="digest_plan_once")]

    def __str__(self) -> str:
        return f"{self.place_id} {self.monday}"


class VillageOwing(models.Model):
    """How few of a village's members owed the period a training at any of its digests, and since which Monday.

    It is the measure of whether anything moves: the number falls, and so begins anew, or it does not.
    """

    period = models.ForeignKey(Period, models.CASCADE, related_name="+")
    village = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    owing = models.PositiveIntegerField()
    since = models.DateField()

    class Meta:
        verbose_name = _("tunggakan desa")
        verbose_name_plural = _("tunggakan desa")
        constraints = [
            models.UniqueConstraint(fields=["period", "village"], name="village_owing_once"),
            models.CheckConstraint(condition=Q(owing__gt=0), name="village_owing_is_some"),
        ]

    def __str__(self) -> str:
        return f"{self.village_id} {self.since}: {self.owing}"
