"""What a report must have before it may be sent."""

from collections.abc import Callable
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.models import ActivityReport

Text = str | Promise

_NEEDED: list[tuple[str, Callable[[ActivityReport], object], Text]] = [
    ("kind", lambda report: report.kind, _("Pilih jenis kegiatan.")),
    ("start_date", lambda report: report.starts_at, _("Isi tanggal dan jam mulai.")),
    ("end_time", lambda report: report.ends_at, _("Isi jam selesai.")),
    ("place", lambda report: report.place, _("Isi tempat kegiatan.")),
    (
        "members_present",
        lambda report: report.others_present or (report.pk and report.presences.exists()),
        _("Pilih anggota yang hadir, atau tulis pihak lain yang hadir."),
    ),
    ("account", lambda report: report.account_points, _("Tulis uraian kegiatan.")),
    ("result", lambda report: report.result.strip(), _("Tulis hasil kegiatan.")),
]


def missing_parts(report: ActivityReport, *, now: datetime) -> dict[str, str]:
    """What keeps the report from being sent, by the form's field: words that say how to mend it."""
    missing = {field: str(text) for field, has, text in _NEEDED if not has(report)}
    if report.ends_at and report.ends_at > now:
        missing["end_time"] = str(_("Kegiatan ini belum selesai. Kirim laporannya setelah kegiatan selesai."))
    typed = set(report.unfinished)
    if len(typed & {"start_date", "start_time"}) == 1:
        _ask_for_the_other_half(typed, missing)
        typed -= {"start_date", "start_time", "end_date", "end_time"}
    for field in typed:
        missing[field] = str(_("Isian ini belum dapat dibaca. Perbaiki, lalu simpan."))
    return missing


def _ask_for_the_other_half(typed: set[str], missing: dict[str, str]) -> None:
    """The day is there and the hour is not, or the reverse; without a start a typed end cannot be worked out either."""
    if "start_date" in typed:
        missing.pop("start_date", None)
        missing["start_time"] = str(_("Isi jam mulai."))
    if "end_time" in typed:
        missing.pop("end_time", None)
