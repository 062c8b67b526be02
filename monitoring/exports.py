"""The overview for machines: the JSON of the contract and the rows of a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from monitoring.summaries import Overview, Row
from regions.models import Region
from training.corrections import Closed


def as_json(overview: Overview) -> dict[str, Any]:
    """The shape that CONTRACT promises: the region's figures, and its children with the same figures."""
    region = overview.region
    return {
        "region": {"code": region.code, "name": region.name},
        "period": overview.period.code,
        **_figures(overview.whole, overview),
        "children": [
            {"code": r.region.code, "name": r.region.name, **_figures(r, overview)} for r in overview.children
        ],
    }


def _figures(row: Row, seen: Overview) -> dict[str, Any]:
    """A region's figures as they stand; of a closed half also those it was closed with, under `closed`.

    `year_met` is null in a first half; `small` says that a village's rate says little.
    """
    f = row.figures
    figures = {
        "members": f.members,
        "required": f.required,
        "met": f.met,
        "at_risk": f.at_risk,
        "overdue": f.overdue,
        "exempt": f.exempt,
        "year_met": f.year_met if seen.tells_year else None,
        "rate": round(f.rate, 4),
        "small": row.is_small,
        "reports": {"submitted": row.activity.submitted, "verified": row.activity.verified},
    }
    return figures | ({"closed": _at_closing(row.closed, seen)} if row.closed else {})


def _at_closing(closed: Closed, seen: Overview) -> dict[str, Any]:
    f = closed.figures
    return {
        "members": f.members,
        "required": f.required,
        "met": f.met,
        "exempt": f.exempt,
        "year_met": f.year_met if seen.tells_year else None,
        "rate": round(f.rate, 4),
        "corrected": closed.is_corrected,
    }


def table_rows(overview: Overview) -> Iterator[list[object]]:
    """The children and their sum as rows of a spreadsheet, header first; a closed half also as it was closed.

    A second half ends with the year's figure; a table of villages with a note on the small ones.
    """
    head: list[object] = [
        _("Kode"),
        _("Wilayah"),
        _("Periode"),
        _("Anggota aktif"),
        _("Wajib"),
        _("Terpenuhi"),
        _("Belum"),
        _("Berisiko"),
        _("Terlambat"),
        _("Dispensasi"),
        _("Kepatuhan (%)"),
        _("Laporan masuk"),
        _("Laporan diverifikasi"),
    ]
    if overview.whole.closed:
        head += [
            _("Wajib saat ditutup"),
            _("Terpenuhi saat ditutup"),
            _("Dispensasi saat ditutup"),
            _("Kepatuhan saat ditutup (%)"),
            _("Koreksi sesudah ditutup"),
        ]
    if overview.tells_year:
        head += [_("Setahun penuh"), _("Setahun penuh (%)")]
    has_villages = overview.region.level >= Region.Level.DISTRICT
    yield [*head, _("Catatan")] if has_villages else head
    for row in [*overview.children, overview.whole]:
        year = [row.figures.year_met, row.year_percent] if overview.tells_year else []
        note = [_("desa kecil, persen mudah berubah") if row.is_small else ""] if has_villages else []
        yield [*_cells(row, overview.period.code), *year, *note]


def _cells(row: Row, period: str) -> list[object]:
    f = row.figures
    counts = [f.members, f.required, f.met, f.unmet, f.at_risk, f.overdue, f.exempt, row.percent]
    cells = [row.region.code, row.region.display_name, period, *counts, row.activity.submitted, row.activity.verified]
    if row.closed is None:
        return cells
    was = row.closed.figures
    return [*cells, was.required, was.met, was.exempt, row.closed.percent, row.closed.words or _("tidak ada")]
