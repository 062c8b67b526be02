"""Regions of Indonesia as the Ministry codes them: the code is the place in the tree."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regions.scope import NATION_CODE, Scope

__all__ = ["NATION_CODE", "Region", "RegionQuerySet", "VillageWord"]


class RegionQuerySet(models.QuerySet["Region"]):
    """Filters over regions."""

    def within(self, scope: Scope) -> Self:
        """Regions at or under the scope."""
        return self.filter(scope.q("code"))

    def active(self) -> Self:
        """Regions that the Ministry still lists."""
        return self.filter(retired_on__isnull=True)

    def villages(self) -> Self:
        """Only the lowest level."""
        return self.filter(level=Region.Level.VILLAGE)

    def children_of(self, code: str) -> Self:
        """The active regions directly under one, by name as people look them up."""
        return self.active().filter(parent_id=code).order_by("search_text", "code")


class Region(models.Model):
    """One region of any level; the nation itself is the row `00`, parent of the provinces.

    Rows are written by `regions.services.load_regions` alone, which keeps `full_name` and `search_text` true.
    """

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
    label = models.CharField(
        _("sebutan"), max_length=20, blank=True, help_text=_("Kec., Kab., Kota, Desa, Kelurahan, Nagari …")
    )
    full_name = models.CharField(_("nama lengkap"), max_length=200)
    search_text = models.CharField(max_length=200, editable=False)
    retired_on = models.DateField(_("dihapus pada"), null=True, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("wilayah")
        verbose_name_plural = _("wilayah")
        ordering = ["code"]
        indexes = [
            models.Index(
                fields=["level", "search_text"],
                name="region_level_search",
                opclasses=["int2_ops", "varchar_pattern_ops"],
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="region_nation_is_the_only_root",
                condition=Q(code=NATION_CODE, level=0, parent__isnull=True)
                | (~Q(code=NATION_CODE) & Q(level__gte=1, level__lte=4, parent__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name with its label: `Kec. Juai`, `Kab. Balangan`, `Desa Muara Ninian`."""
        return f"{self.label} {self.name}".strip()

    @property
    def choice_name(self) -> str:
        """How it reads in a list of its parent's children: `Kalimantan Selatan`, `Kab. Balangan`, `Juai`."""
        if self.level == self.Level.VILLAGE:
            return self.full_name.rsplit(", ", 2)[0]
        return self.display_name if self.level == self.Level.REGENCY else self.name

    @property
    def place(self) -> str:
        """Where a village lies: `Kec. Juai, Kab. Balangan`."""
        return ", ".join(self.full_name.rsplit(", ", 2)[1:])

    @property
    def scope(self) -> Scope:
        """Everything at or under this region."""
        return Scope.of(self.code)


class VillageWord(models.Model):
    """One way into a village's name, for the type-ahead: see `regions.text.endings`."""

    word = models.CharField(max_length=60)
    village = models.ForeignKey(Region, models.CASCADE, related_name="words")

    class Meta:
        indexes = [
            models.Index(
                fields=["word", "village"], name="village_word", opclasses=["varchar_pattern_ops", "varchar_ops"]
            )
        ]

    def __str__(self) -> str:
        return self.word
