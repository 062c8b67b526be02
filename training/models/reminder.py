"""What the reminders remember beside their deliveries."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

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
