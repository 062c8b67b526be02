"""What happened to a member's registration and membership, and who looked at their NIK; both only ever grow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.member import Member
from members.phones import national_form


class Changed(NamedTuple):
    """One thing that an event changed, in words: `Tanggal lahir`, `20 Mei 1985`, `2 Mei 1985`."""

    label: str
    before: str
    after: str


LABELS = {
    "name": _("Nama lengkap"),
    "birth_date": _("Tanggal lahir"),
    "sex": _("Jenis kelamin"),
    "phone": _("Nomor HP"),
    "squad": _("Regu"),
    "joined_on": _("Anggota sejak"),
    "village": _("Desa/kelurahan"),
    "account": _("Akun"),
}


class MemberEventQuerySet(models.QuerySet["MemberEvent"]):
    """Filters over what happened."""

    def endings(self) -> MemberEventQuerySet:
        """Those that ended a membership, the last one first."""
        return self.filter(kind__in=MemberEvent.ENDINGS)


class MemberEvent(models.Model):
    """One step of a registration or a membership; what was before stays readable.

    `on` is the day for which an officer states an end, a return or a move. `changes` is a list of
    `{"field", "before", "after"}`, texts as they were stored: days as `1985-05-20`, a village by its full name.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("mendaftar")
        RESUBMITTED = "resubmitted", _("memperbaiki dan mengirim ulang")
        VERIFIED = "verified", _("diverifikasi")
        REFUSED = "refused", _("ditolak")
        PASSWORD_LINK = "password", _("tautan kata sandi dibuat")
        RESIGNED = "resigned", _("mengundurkan diri")
        RETIRED = "retired", _("pensiun karena usia")
        DIED = "died", _("meninggal dunia")
        DISMISSED = "dismissed", _("diberhentikan")
        REINSTATED = "reinstated", _("diaktifkan kembali")
        MOVED = "moved", _("pindah desa")
        CORRECTED = "corrected", _("data diperbaiki")

    ENDINGS = (Kind.RESIGNED, Kind.RETIRED, Kind.DIED, Kind.DISMISSED)
    DATED = (*ENDINGS, Kind.REINSTATED, Kind.MOVED)

    member = models.ForeignKey(Member, models.CASCADE, related_name="events")
    kind = models.CharField(_("peristiwa"), max_length=12, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.TextField(_("alasan"), blank=True)
    on = models.DateField(_("per tanggal"), null=True, blank=True)
    changes = models.JSONField(_("yang berubah"), default=list, blank=True)
    at = models.DateTimeField(_("waktu"), auto_now_add=True)

    objects = MemberEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("riwayat anggota")
        verbose_name_plural = _("riwayat anggota")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind__in=["resigned", "retired", "died", "dismissed", "reinstated", "moved"])
                | models.Q(on__isnull=False) & ~models.Q(reason=""),
                name="member_event_act_has_day_and_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="corrected") | ~models.Q(reason=""),
                name="member_event_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def has_changed(self, field: str) -> bool:
        """Whether this event changed the field."""
        return any(change["field"] == field for change in self.changes)

    @property
    def changed(self) -> list[Changed]:
        """What changed, to be read."""
        return in_words(self.changes)


def differences(before: dict[str, str], after: dict[str, str]) -> list[dict[str, str]]:
    """The fields whose texts differ, as `MemberEvent.changes` keeps them."""
    return [{"field": f, "before": before[f], "after": after[f]} for f in after if before[f] != after[f]]


def in_words(changes: Iterable[dict[str, str]]) -> list[Changed]:
    """The same, to be read."""
    return [
        Changed(str(LABELS[c["field"]]), _in_words(c["field"], c["before"]), _in_words(c["field"], c["after"]))
        for c in changes
    ]


def _in_words(field: str, value: str) -> str:
    if not value:
        return "–"
    if field in ("birth_date", "joined_on"):
        return date_format(date.fromisoformat(value), "j F Y")
    if field == "sex":
        return str(Member.Sex(value).label)
    return national_form(value) if field == "phone" else value


class NikAccess(models.Model):
    """One look at a NIK in clear: who, when, whose and why."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="nik_accesses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    reason = models.CharField(_("alasan"), max_length=500)
    at = models.DateTimeField(_("waktu"), auto_now_add=True)

    class Meta:
        verbose_name = _("pembukaan NIK")
        verbose_name_plural = _("pembukaan NIK")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="nik_access_has_reason")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.at:%Y-%m-%d}"
