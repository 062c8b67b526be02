"""Half a calendar year, the unit in which the requirement is due."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Period(models.Model):
    """Half a calendar year; borders are local midnights.

    Closing freezes the figures of every village in ClosedTally. What is entered afterwards still counts, and shows
    as a correction beside the frozen figures.
    """

    year = models.PositiveSmallIntegerField(_("tahun"))
    half = models.PositiveSmallIntegerField(_("semester"))
    closed_at = models.DateTimeField(_("ditutup pada"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    closed_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("SHA-256 angka desa saat ditutup")
    )

    class Meta:
        verbose_name = _("periode")
        verbose_name_plural = _("periode")
        ordering = ["-year", "-half"]
        constraints = [
            models.UniqueConstraint(fields=["year", "half"], name="period_once"),
            models.CheckConstraint(condition=models.Q(half__in=[1, 2]), name="period_half_is_1_or_2"),
        ]

    def __str__(self) -> str:
        return f"Semester {'I' if self.half == 1 else 'II'} {self.year}"

    @property
    def code(self) -> str:
        """`2026-2`, as addresses and JSON name it."""
        return f"{self.year}-{self.half}"

    @property
    def first_day(self) -> date:
        """1 January or 1 July."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last_day(self) -> date:
        """30 June or 31 December."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def is_closed(self) -> bool:
        """Whether its figures are frozen."""
        return self.closed_at is not None
