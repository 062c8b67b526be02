"""What waits for one officer in a region: a few seconds old at most, and never older than their own last act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, QuerySet, Value
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from members.access import Access
from members.models import Member
from regions.scope import NATION_CODE, Scope
from reports.models import ActivityReport
from training.models import Evidence, Exemption, Extension


@dataclass(frozen=True)
class Waiting:
    """The numbers as HTML, for one officer and the region `code`."""

    code: str
    html: SafeString


@dataclass(frozen=True)
class Tile:
    """One kind of decision: `address` is its list, `asked` the query that leaves there what waits for the officer."""

    label: str | Promise
    note: str | Promise
    address: str
    asked: str

    def leads_to(self, code: str, n: int) -> str:
        """The list of exactly those `n` that wait in the region; the whole list where none does."""
        if not n or not self.asked:
            return self.address
        return f"{self.address}{self.asked}" + ("" if code == NATION_CODE else f"&wilayah={code}")


TILES = {
    "reports": Tile(_("Laporan menunggu pemeriksaan"), _("Periksa laporan"), "/laporan/", ""),
    "members": Tile(_("Anggota menunggu verifikasi"), _("Buka daftar anggota"), "/anggota/", ""),
    "evidence": Tile(_("Pelatihan luar menunggu keputusan"), _("Periksa buktinya"), "/pelatihan-luar/", "?status=saya"),
    "exemptions": Tile(
        _("Dispensasi menunggu keputusan"), _("Buka daftar dispensasi"), "/dispensasi/", "?status=waiting"
    ),
    "extensions": Tile(
        _("Perpanjangan menunggu keputusan"), _("Buka daftar perpanjangan"), "/perpanjangan/", "?status=waiting"
    ),
}


def waiting_key(access: Access) -> str:
    """Where the numbers of the region that the officer looked at last are kept."""
    return f"monitoring:waiting:{access.user.pk}"


def waiting_in(code: str, access: Access) -> Waiting:
    """Count what waits in the region for this officer, in one query, and keep it."""
    counted = Waiting(code, render_to_string("monitoring/waiting.html", {"tiles": _tiles(code, access)}))
    if settings.MONITORING_CACHE_SECONDS:
        cache.set(waiting_key(access), counted, settings.MONITORING_CACHE_SECONDS)
    return counted


def _tiles(code: str, access: Access) -> list[tuple[Tile, int, str]]:
    """Each tile with its number and where it leads."""
    scope = Scope.of(code)
    counts = _count(
        {
            "reports": ActivityReport.objects.within(scope).waiting(),
            "members": Member.objects.within(scope).pending(),
            "evidence": Evidence.objects.within(scope).waiting().decidable_by(access),
            "exemptions": Exemption.objects.within(scope).waiting().decidable_by(access),
            "extensions": Extension.objects.within(scope).waiting().decidable_by(access),
        }
    )
    return [(tile, counts[name], tile.leads_to(code, counts[name])) for name, tile in TILES.items()]


def _count(waiting: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each of these has, in one query."""
    first, *others = [
        rows.order_by().annotate(tile=Value(name)).values("tile").annotate(n=Count("pk")).values_list("tile", "n")
        for name, rows in waiting.items()
    ]
    return dict.fromkeys(waiting, 0) | dict(first.union(*others, all=True))


def forget_waiting(access: Access) -> None:
    """Count anew the next time: the officer has just done something."""
    cache.delete(waiting_key(access))
