"""The list as a spreadsheet: rows are made one by one, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from regions.timezones import abbreviation, zone_of
from reports.models import ActivityReportQuerySet


def _header() -> list[str]:
    return [
        _("Nomor"),
        _("Status"),
        _("Jenis kegiatan"),
        _("Tanggal"),
        _("Mulai"),
        _("Selesai"),
        _("Zona waktu"),
        _("Kode desa"),
        _("Desa/kelurahan"),
        _("Kecamatan"),
        _("Tempat"),
        _("Lintang"),
        _("Bujur"),
        _("Pelapor"),
        _("Jabatan"),
        _("Jumlah anggota hadir"),
        _("Pihak lain"),
        _("Dasar"),
        _("Uraian"),
        _("Hasil"),
        _("Kendala"),
        _("Tindak lanjut"),
        _("Jumlah foto"),
        _("Alasan dikembalikan"),
    ]


def _row(report: Any) -> list[Any]:
    zone = zone_of(report.village_id)
    start, end = (moment and moment.astimezone(zone) for moment in (report.starts_at, report.ends_at))
    return [
        report.number or "",
        report.get_status_display(),
        report.get_kind_display(),
        f"{start:%Y-%m-%d}" if start else "",
        f"{start:%Y-%m-%d %H:%M}" if start else "",
        f"{end:%Y-%m-%d %H:%M}" if end else "",
        abbreviation(zone),
        report.village_id,
        report.village.display_name,
        report.village.parent.name,
        report.place,
        report.latitude,
        report.longitude,
        report.reporter_name,
        report.reporter_position,
        report.members_count,
        report.others_present,
        report.basis,
        report.account,
        report.result,
        report.obstacles,
        report.follow_up,
        report.photos_count,
        report.return_reason,
    ]


def rows_of(reports: ActivityReportQuerySet) -> Iterator[list[Any]]:
    """The reports as rows of a table, header first, read from the database in portions."""
    counted = reports.select_related("village__parent").annotate(
        members_count=Count("presences", distinct=True), photos_count=Count("photos", distinct=True)
    )
    yield _header()
    for report in counted.iterator(chunk_size=500):
        yield _row(report)
