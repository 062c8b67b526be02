"""What happened to a member's registration, and who looked at their NIK; both only ever grow."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.member import Member


class MemberEvent(models.Model):
    """One step of a registration; a refused person's earlier tries stay readable."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("mendaftar")
        RESUBMITTED = "resubmitted", _("memperbaiki dan mengirim ulang")
        VERIFIED = "verified", _("diverifikasi")
        REFUSED = "refused", _("ditolak")
        PASSWORD_LINK = "password", _("tautan kata sandi dibuat")

    member = models.ForeignKey(Member, models.CASCADE, related_name="events")
    kind = models.CharField(_("peristiwa"), max_length=12, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.TextField(_("alasan"), blank=True)
    at = models.DateTimeField(_("waktu"), auto_now_add=True)

    class Meta:
        verbose_name = _("riwayat anggota")
        verbose_name_plural = _("riwayat anggota")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.get_kind_display()


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
