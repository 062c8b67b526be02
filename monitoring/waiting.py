"""What waits for one officer in a region: a few seconds old at most, and never older than their own last act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.access import Access
from members.filters import FOR_ME
from members.models import Member, MoveRequest
from monitoring.access import reach_of
from regions.scope import NATION_CODE, Scope
from reports.models import ActivityReport
from reports.rights import review_scope
from training.models import Evidence, Exemption, Extension
from training.models.exemption import awaited


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

    def words(self, n: int, others: list[str]) -> str:
        """What to do, if anything, and what `others` have to decide."""
        return "; ".join([*([str(self.note)] if n else []), *others]) or _("Tidak ada yang menunggu")

    def leads_to(self, code: str, n: int) -> str:
        """The list of exactly those `n` that wait in the region; the whole list where none does."""
        if not n:
            return self.address
        return f"{self.address}?status={FOR_ME}" + ("" if code == NATION_CODE else f"&wilayah={code}")


TILES = {
    "reports": Tile(gettext_lazy("Laporan menunggu pemeriksaan Anda"), gettext_lazy("Periksa laporan"), "/laporan/"),
    "members": Tile(gettext_lazy("Anggota menunggu verifikasi Anda"), gettext_lazy("Verifikasi anggota"), "/anggota/"),
    "moves": Tile(
        gettext_lazy("Anggota pindahan menunggu jawaban Anda"),
        gettext_lazy("Jawab permintaannya"),
        "/anggota/pindahan/",
    ),
    "evidence": Tile(
        gettext_lazy("Pelatihan luar menunggu keputusan Anda"), gettext_lazy("Periksa buktinya"), "/pelatihan-luar/"
    ),
    "exemptions": Tile(
        gettext_lazy("Dispensasi menunggu keputusan Anda"), gettext_lazy("Putuskan dispensasi"), "/dispensasi/"
    ),
    "extensions": Tile(
        gettext_lazy("Perpanjangan menunggu keputusan Anda"), gettext_lazy("Putuskan perpanjangan"), "/perpanjangan/"
    ),
}
RARE = {"moves"}  # shown only where one waits
ABOVE = "above:"  # before the level that asked: exemptions about which others decide


def waiting_key(access: Access) -> str:
    """Where the numbers of the region that the officer looked at last are kept, for as long as their roles last."""
    return f"monitoring:waiting:{access.user.pk}:{reach_of(access)}"


def waiting_in(code: str, access: Access) -> Waiting:
    """Count what waits in the region for this officer, in one query, and keep it."""
    counted = Waiting(code, render_to_string("monitoring/waiting.html", {"tiles": _tiles(code, access)}))
    if settings.MONITORING_CACHE_SECONDS:
        cache.set(waiting_key(access), counted, settings.MONITORING_CACHE_SECONDS)
    return counted


def _tiles(code: str, access: Access) -> list[tuple[Tile, int, str, str]]:
    """Each tile of what this officer's roles ever decide: its number, its words, and where it leads."""
    scope = Scope.of(code)
    waiting: dict[str, QuerySet[Any]] = {}
    if review_scope(access):
        waiting["reports"] = ActivityReport.objects.within(scope).waiting().reviewable_by(access)
    if access.verifier_scope:
        decidable = Member.objects.decidable(scope=access.verifier_scope, by=access.user)
        waiting["members"] = decidable.within(scope)
    waiting["moves"] = MoveRequest.objects.within(scope).waiting().decidable_by(access)
    waiting["evidence"] = Evidence.objects.within(scope).waiting().decidable_by(access)
    if access.district_scope:
        waiting["exemptions"] = Exemption.objects.within(scope).waiting().decidable_by(access)
    waiting["extensions"] = Extension.objects.within(scope).waiting().decidable_by(access)
    named = [rows.annotate(tile=Value(name, CharField())) for name, rows in waiting.items()]
    counts = _count([*named, _above(scope, access)] if access.district_scope else named)
    above = {"exemptions": _words_above(counts)}
    return [
        (
            TILES[name],
            n := counts.get(name, 0),
            TILES[name].words(n, above.get(name, [])),
            TILES[name].leads_to(code, n),
        )
        for name in waiting
        if counts.get(name) or name not in RARE
    ]


def _above(scope: Scope, access: Access) -> QuerySet[Exemption]:
    """Exemptions that wait for others than this officer, each with the level that asked as its tile."""
    waiting = Exemption.objects.within(scope).waiting()
    others = waiting.exclude(pk__in=Exemption.objects.decidable_by(access).values("pk"))
    return others.annotate(tile=Concat(Value(ABOVE), Cast("asked_level", CharField()), output_field=CharField()))


def _words_above(counts: dict[str, int]) -> list[str]:
    """`1 menunggu keputusan kabupaten/kota`, as the list of exemptions says it, the nearest level first."""
    levels = sorted((int(tile.removeprefix(ABOVE)) for tile in counts if tile.startswith(ABOVE)), reverse=True)
    return [f"{counts[f'{ABOVE}{level}']} {awaited(level)}" for level in levels]


def _count(waiting: list[QuerySet[Any]]) -> dict[str, int]:
    """How many rows of each tile there are, in one query; a tile without any has none or is left out."""
    first, *others = [
        rows.order_by().values("tile").annotate(n=Count("pk")).values_list("tile", "n") for rows in waiting
    ]
    return dict(first.union(*others, all=True))


def forget_waiting(access: Access) -> None:
    """Count anew the next time: the officer has just done something."""
    cache.delete(waiting_key(access))
