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
from members.filters import FOR_ME
from members.models import Member
from monitoring.access import reach_of
from regions.scope import NATION_CODE, Scope
from reports.models import ActivityReport
from reports.rights import review_scope
from training.models import Evidence, Exemption, Extension


@dataclass(frozen=True)
class Waiting:
    """The numbers as HTML, for one officer and the region `code`."""

    code: str
    html: SafeString


@dataclass(frozen=True)
class Tile:
    """One kind of decision: `address` is its list, which `?status=saya` cuts down to what waits for the officer."""

    label: str | Promise
    note: str | Promise
    address: str

    def leads_to(self, code: str, n: int) -> str:
        """The list of exactly those `n` that wait in the region; the whole list where none does."""
        if not n:
            return self.address
        return f"{self.address}?status={FOR_ME}" + ("" if code == NATION_CODE else f"&wilayah={code}")


TILES = {
    "reports": Tile(_("Laporan menunggu pemeriksaan"), _("Periksa laporan"), "/laporan/"),
    "members": Tile(_("Anggota menunggu verifikasi"), _("Verifikasi anggota"), "/anggota/"),
    "evidence": Tile(_("Pelatihan luar menunggu keputusan"), _("Periksa buktinya"), "/pelatihan-luar/"),
    "exemptions": Tile(_("Dispensasi menunggu keputusan"), _("Putuskan dispensasi"), "/dispensasi/"),
    "extensions": Tile(_("Perpanjangan menunggu keputusan"), _("Putuskan perpanjangan"), "/perpanjangan/"),
}


def waiting_key(access: Access) -> str:
    """Where the numbers of the region that the officer looked at last are kept, for as long as their roles last."""
    return f"monitoring:waiting:{access.user.pk}:{reach_of(access)}"


def waiting_in(code: str, access: Access) -> Waiting:
    """Count what waits in the region for this officer, in one query, and keep it."""
    counted = Waiting(code, render_to_string("monitoring/waiting.html", {"tiles": _tiles(code, access)}))
    if settings.MONITORING_CACHE_SECONDS:
        cache.set(waiting_key(access), counted, settings.MONITORING_CACHE_SECONDS)
    return counted


def _tiles(code: str, access: Access) -> list[tuple[Tile, int, str]]:
    """Each tile with its number and where it leads, of what this officer's roles ever decide."""
    scope = Scope.of(code)
    waiting: dict[str, QuerySet[Any]] = {}
    if review_scope(access):
        waiting["reports"] = ActivityReport.objects.within(scope).waiting().reviewable_by(access)
    if access.verifier_scope:
        decidable = Member.objects.decidable(scope=access.verifier_scope, by=access.user)
        waiting["members"] = decidable.within(scope)
    waiting["evidence"] = Evidence.objects.within(scope).waiting().decidable_by(access)
    if access.district_scope:
        waiting["exemptions"] = Exemption.objects.within(scope).waiting().decidable_by(access)
    waiting["extensions"] = Extension.objects.within(scope).waiting().decidable_by(access)
    counts = _count(waiting)
    return [(TILES[name], n, TILES[name].leads_to(code, n)) for name, n in counts.items()]


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
