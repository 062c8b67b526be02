"""The photos of a report; only re-encoded copies are ever stored, in the private storage."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.private_files import private_storage

MAX_PHOTOS = 10


class ReportPhoto(models.Model):
    """One photo in one of the ten places of a report, with a thumbnail for slow networks."""

    report = models.ForeignKey("reports.ActivityReport", models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField(_("urutan"))
    file = models.FileField(storage=private_storage, max_length=200)
    thumbnail = models.FileField(storage=private_storage, max_length=200)
    width = models.PositiveIntegerField(_("lebar"))
    height = models.PositiveIntegerField(_("tinggi"))
    size = models.PositiveIntegerField(_("ukuran (bita)"))
    upload_digest = models.CharField(max_length=64, editable=False, help_text=_("SHA-256 berkas yang diunggah"))
    caption = models.CharField(_("keterangan"), max_length=150, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("foto laporan")
        verbose_name_plural = _("foto laporan")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="report_photo_place_once"),
            models.UniqueConstraint(fields=["report", "upload_digest"], name="report_photo_once"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MAX_PHOTOS), name="report_photo_within_ten"
            ),
        ]

    def __str__(self) -> str:
        return self.caption or str(_("Foto %(n)s") % {"n": self.position})

    @property
    def version(self) -> str:
        """Tells browsers that keep photos when a place holds another one."""
        return self.upload_digest[:8]
