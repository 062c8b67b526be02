"""Regions of Indonesia as the Ministry codes them: the code is the place in the tree."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.scope import NATION_CODE, Scope

__all__ = ["NATION_CODE", "Region", "RegionQuerySet"]


class RegionQuerySet(models.QuerySet["Region"]):
    """Filters over regions."""

    def within(self, scope: Scope) -> Self:
        """Regions at or under the scope."""
        return self.filter(scope.q("code"))

    def active(self) -> Self:
        """Regions that the Ministry still lists."""
        return self.filter(retired_on__isnull=True)


class Region(models.Model):
    """One region of any level; the nation itself is the row `00`, parent of the provinces."""

    class Level(models.IntegerChoices):
        NATION = 0, _("Nasional")
        PROVINCE = 1, _("Provinsi")
        REGENCY = 2, _("Kabupaten/Kota")
        DISTRICT = 3, _("Kecamatan")
        VILLAGE = 4, _("Desa/Kelurahan")

    code = models.CharField(_("kode"), max_length=13, primary_key=True)
    name = models.CharField(_("nama"), max_length=100)
    level = models.PositiveSmallIntegerField(_("tingkat"), choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("induk")
    )
    label = models.CharField(_("sebutan"), max_length=20, help_text=_("Kec., Kab., Kota, Desa, Kelurahan, Nagari …"))
    retired_on = models.DateField(_("dihapus pada"), null=True, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("wilayah")
        verbose_name_plural = _("wilayah")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name with its label: `Kec. Juai`, `Kab. Balangan`, `Desa Mungkur Uyam`."""
        return f"{self.label} {self.name}".strip()

    @property
    def scope(self) -> Scope:
        """Everything at or under this region."""
        return Scope.of(self.code)
