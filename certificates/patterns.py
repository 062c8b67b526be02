"""How an issuer writes its certificate numbers: set by region in the CMS, the nearest upwards of the issuer decides."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.models import Region

PATTERN = "{seq:04}/SERT/{issuer}/{roman_month}/{year}"
PART = re.compile(r"\{(seq|issuer|roman_month|month|year)(?::0?([1-9]))?\}")
NEEDED = ("seq", "issuer", "year")  # without them two issuers, or two years, would give the same number
_SIGNS = re.compile(r"[A-Z0-9./-]*")  # as the form of verification reads them


def check_pattern(text: str) -> None:
    """Raise ValidationError, in words that say how to mend it, for a pattern that would not give unique numbers."""
    missing = [f"{{{name}}}" for name in NEEDED if name not in {part[1] for part in PART.finditer(text)}]
    if missing:
        raise ValidationError(_("Pola harus memuat %(parts)s.") % {"parts": ", ".join(missing)})
    if not _SIGNS.fullmatch(PART.sub("", text)):
        raise ValidationError(
            _("Selain {seq:04}, {issuer}, {roman_month}, {month}, {year}: hanya huruf besar, angka, . / -")
        )


class NumberPattern(models.Model):
    """One region's pattern; a change holds for certificates still to come."""

    region = models.OneToOneField(
        "regions.Region",
        models.PROTECT,
        related_name="+",
        verbose_name=_("wilayah"),
        limit_choices_to={"level__lte": Region.Level.REGENCY},
        help_text=_("Kabupaten/kota, provinsi, atau nasional. Yang terdekat dengan penerbit yang dipakai."),
    )
    pattern = models.CharField(
        _("pola nomor"),
        max_length=45,
        default=PATTERN,
        validators=[check_pattern],
        help_text=_("Bagian: {seq:04} nomor urut, {issuer} kode wilayah, {roman_month} atau {month}, {year}."),
    )

    class Meta:
        verbose_name = _("pola nomor")
        verbose_name_plural = _("pola nomor")

    def __str__(self) -> str:
        return f"{self.region}: {self.pattern}"


def patterns_for(codes: Collection[str]) -> dict[str, str]:
    """The patterns of these regions by their code; one query."""
    return dict(NumberPattern.objects.filter(region__in=codes).values_list("region_id", "pattern"))
