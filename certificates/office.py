"""What the desk that writes certificates has at hand: signatories, designs, words for scores; read once a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Self

from django.utils.translation import gettext as _

from certificates.designs import Design, design_for, designs_of
from certificates.models import Predicate, Signatory
from certificates.patterns import PATTERN, patterns_for
from certificates.signatories import SigningPerson
from regions.models import Region
from regions.scope import NATION_CODE

SPELLED_OUT = {"Kec.": "Kecamatan", "Kab.": "Kabupaten", "Prov.": "Provinsi"}


def spelled_out(region: Region) -> str:
    """The region's name with its label in full, as official papers write it: `Kabupaten Balangan`."""
    return f"{SPELLED_OUT.get(region.label, region.label)} {region.name}".strip()


def ancestors(region: Region) -> list[Region]:
    """The region and those above it up to its province, nearest first; load `parent__parent__parent` beforehand."""
    chain = [region]
    while chain[-1].level > Region.Level.PROVINCE and chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    return chain


def signing_town(region: Region) -> str:
    """In which town the region's own papers are signed, as its own signatories say; empty where none does."""
    named = Signatory.objects.filter(region=region).exclude(place="")
    return named.values_list("place", flat=True).first() or ""


@dataclass(frozen=True)
class Office:
    """Signatories by region code, words for scores from the highest, designs, patterns by region code."""

    signatories: Mapping[str, Sequence[Signatory]] = field(default_factory=dict)
    bands: Sequence[Predicate] = ()
    designs: Sequence[Design] = ()
    patterns: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, issuers: Iterable[Region]) -> Self:
        """For certificates of these regions; at most five queries."""
        codes = {region.code for issuer in issuers for region in ancestors(issuer)} | {NATION_CODE}
        signatories: dict[str, list[Signatory]] = defaultdict(list)
        for row in Signatory.objects.filter(region__in=codes).select_related("signature"):
            signatories[row.region_id].append(row)
        designs = Design.objects.for_issuers(codes)
        return cls(
            dict(signatories),
            list(Predicate.objects.all()),
            designs,
            patterns_for(codes),
        )

    def pattern_of(self, issuer: Region) -> str:
        """How the issuer's numbers are written: the nearest pattern upwards, or the usual one."""
        codes = [*(region.code for region in ancestors(issuer)), NATION_CODE]
        return next((self.patterns[code] for code in codes if code in self.patterns), PATTERN)

    def signing_of(self, issuer: Region, subject: str) -> tuple[Sequence[SigningPerson], str]:
        """Who signs a training's certificate, in order, and in which town; empty for the issuer's own.

        The nearest region upwards that names anybody decides, and there a design before the region's own rows. Without
        any, it is a position that names no person.
        """
        for code in [*(region.code for region in ancestors(issuer)), NATION_CODE]:
            rows = self.signatories.get(code, ())
            named = (design.people for design in designs_of(code, subject, self.designs))
            if people := next(filter(None, named), rows):
                return people, next((row.place for row in rows if row.place), "")
        neutral = _("Penyelenggara Pelatihan Satlinmas %(issuer)s") % {"issuer": spelled_out(issuer)}
        return [Signatory(region=issuer, position=neutral)], ""

    def design_of(self, issuer: Region, subject: str) -> Design | None:
        """The design of a training; None for the built-in one."""
        return design_for(ancestors(issuer), subject, self.designs)

    def predicate_for(self, score: Decimal | None) -> str:
        """The word for a score, empty without one."""
        if score is None:
            return ""
        return next((band.label for band in self.bands if score >= band.minimum), "")
