"""What excuses a member from a half, or gives them longer for it: asked with a reason, answered by an officer."""

from __future__ import annotations

from datetime import date
from typing import Self, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.scope import Scope
from training.models.period import Period


class Decision(models.TextChoices):
    """Where a request stands."""

    WAITING = "waiting", _("menunggu keputusan")
    GRANTED = "granted", _("disetujui")
    REFUSED = "refused", _("ditolak")
    WITHDRAWN = "withdrawn", _("dicabut")


REASON_NEEDED = [Decision.REFUSED, Decision.WITHDRAWN]


M = TypeVar("M", bound=models.Model)


class RequestQuerySet(models.QuerySet[M]):
    """Filters that exemptions and extensions share."""

    def within(self, scope: Scope) -> Self:
        """Requests for members who belong to the scope's villages now."""
        return self.filter(scope.q("member__village__code"))

    def waiting(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(status=Decision.WAITING)

    def granted(self) -> Self:
        """Those that hold."""
        return self.filter(status=Decision.GRANTED)


class Request(models.Model):
    """What both have: for whom, why, who asked and who answered."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Decision, default=Decision.WAITING)
    reason = models.TextField(_("alasan"), max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("diajukan pada"), auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan pada"), null=True, blank=True)
    decision_reason = models.TextField(_("alasan keputusan"), max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered yet."""
        return self.status == Decision.WAITING


def answered(name: str) -> list[models.CheckConstraint]:
    """Named constraints of both tables: an answer has its moment, a refusal its reason."""
    return [
        models.CheckConstraint(
            condition=models.Q(status=Decision.WAITING) | models.Q(decided_at__isnull=False),
            name=f"{name}_decided_has_moment",
        ),
        models.CheckConstraint(
            condition=~models.Q(status__in=REASON_NEEDED) | ~models.Q(decision_reason=""),
            name=f"{name}_refused_has_reason",
        ),
        models.CheckConstraint(condition=~models.Q(reason=""), name=f"{name}_has_reason"),
    ]


class ExemptionQuerySet(RequestQuerySet["Exemption"]):
    """Exemptions."""


class Exemption(Request):
    """Excuses a member from the halves that its days cover long enough (`Policy.exempt_days`)."""

    class Kind(models.TextChoices):
        ILLNESS = "illness", _("sakit")
        DEPLOYMENT = "deployment", _("penugasan")
        OTHER = "other", _("lainnya")

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="exemptions")
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"))
    document = models.CharField(_("nomor surat atau bukti"), max_length=150, blank=True)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispensasi")
        verbose_name_plural = _("dispensasi")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["member", "ends_on"], name="exemption_member_end")]
        constraints = [
            *answered("exemption"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="exemption_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["member", "starts_on", "ends_on"],
                condition=models.Q(status__in=[Decision.WAITING, Decision.GRANTED]),
                name="exemption_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on}–{self.ends_on}"

    def days_within(self, first: date, last: date) -> int:
        """How many of its days lie between two days, both included."""
        return max(0, (min(self.ends_on, last) - max(self.starts_on, first)).days + 1)


class ExtensionQuerySet(RequestQuerySet["Extension"]):
    """Extensions."""


class Extension(Request):
    """Gives a member until a later day for one half."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="extensions")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    until = models.DateField(_("sampai tanggal"))

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("perpanjangan waktu")
        verbose_name_plural = _("perpanjangan waktu")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            *answered("extension"),
            models.UniqueConstraint(
                fields=["member", "period"],
                condition=models.Q(status__in=[Decision.WAITING, Decision.GRANTED]),
                name="extension_once_a_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} → {self.until}"
