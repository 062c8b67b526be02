"""An uploaded table between its preview and its saving: in the database, for the cache is no place for people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportPreview(models.Model):
    """What an officer uploaded last and has not saved: membership numbers and what is said of them, for two hours.

    `token` tells it from one uploaded in another window; `rows` are those of `evidence_sheet.SheetRow`.
    """

    officer = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token = models.CharField(max_length=16)
    name = models.CharField(_("nama berkas"), max_length=150)
    rows = models.JSONField()
    uploaded_at = models.DateTimeField(_("diunggah pada"), db_index=True)

    class Meta:
        verbose_name = _("pratinjau impor")
        verbose_name_plural = _("pratinjau impor")

    def __str__(self) -> str:
        return self.name
