"""What happened to a report, append-only."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AppendOnlyError(TypeError):
    """History was about to be rewritten; a programming error, not a refusal to a person."""


class ReportEventQuerySet(models.QuerySet["ReportEvent"]):
    """History can be read and added to."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: history stays as it was written."""
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        """Refuse: history stays."""
        raise AppendOnlyError


class ReportEvent(models.Model):
    """One step of a report: who did what, when and why. A report with history cannot be deleted."""

    class Kind(models.TextChoices):
        SENT = "sent", _("dikirim")
        VERIFIED = "verified", _("diverifikasi")
        RETURNED = "returned", _("dikembalikan")

    report = models.ForeignKey("reports.ActivityReport", models.PROTECT, related_name="events")
    kind = models.CharField(_("peristiwa"), max_length=10, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    by_name = models.CharField(_("nama"), max_length=100)
    at = models.DateTimeField(_("waktu"))
    reason = models.TextField(_("alasan"), blank=True)

    objects = ReportEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("riwayat laporan")
        verbose_name_plural = _("riwayat laporan")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="returned") | ~Q(reason=""), name="report_event_returned_why")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it once."""
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: history stays."""
        raise AppendOnlyError
