"""Files that a signatory has signed on top of ours: each takes the place of the one before, and names both hashes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SignedFile(models.Model):
    """One certified signature that was brought back; written once, never changed, no file ever removed.

    `file` and `sha256` are those of the certificate from then on, `earlier_file` and `earlier_sha256` what was signed.
    """

    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, related_name="signings")
    version = models.PositiveSmallIntegerField(_("versi"))  # 1 for the first signature
    file = models.CharField(_("berkas"), max_length=150)
    sha256 = models.CharField(max_length=64)
    earlier_file = models.CharField(_("berkas sebelumnya"), max_length=150)
    earlier_sha256 = models.CharField(max_length=64)
    signer = models.CharField(_("penanda tangan"), max_length=300)  # as the certificates of the signatures name them
    signed_at = models.DateTimeField(_("ditandatangani pada"))
    is_trusted = models.BooleanField(_("dipercaya"))  # led to one of BSRE_ROOTS when it was brought
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("diunggah pada"), auto_now_add=True)

    class Meta:
        verbose_name = _("berkas bertanda tangan")
        verbose_name_plural = _("berkas bertanda tangan")
        ordering = ["certificate", "version"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "version"], name="signed_file_version_once"),
            models.UniqueConstraint(fields=["earlier_sha256"], name="signed_file_follows_each_once"),
            models.CheckConstraint(
                condition=~models.Q(sha256=models.F("earlier_sha256")), name="signed_file_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}/{self.version}"
