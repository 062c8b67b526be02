"""Roles over regions: who may do what, where."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RoleKind(models.TextChoices):
    """What a person does for a region; an officer's level is the level of their region."""

    OFFICER = "officer", _("petugas")
    TRAINER = "trainer", _("pelatih")
    LIAISON = "liaison", _("mitra")


class RoleGrant(models.Model):
    """One role of one person over one region and everything under it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_grants")
    kind = models.CharField(_("peran"), max_length=10, choices=RoleKind)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    position = models.CharField(_("jabatan"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("peran")
        verbose_name_plural = _("peran")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "region"], name="role_grant_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.region}"
