"""A report as a text to share, e.g. in the village's WhatsApp group."""

from django.utils.translation import gettext as _

from reports.models import ActivityReport


def share_text(report: ActivityReport) -> str:
    """The report for a chat: no names of members, only how many there were."""
    present = report.presences.count()
    district = report.village.parent.display_name if report.village.parent else ""
    points = report.account_points
    account = [f"{n}. {point}" for n, point in enumerate(points, 1)] if len(points) > 1 else points
    lines = [
        f"*{_('LAPORAN KEGIATAN LINMAS')}*",
        f"{report.village.display_name}, {district}",
        "",
        f"{_('Kegiatan')}: {report.title}",
        f"{_('Waktu')}: {report.when}",
        f"{_('Tempat')}: {report.place}",
        f"{_('Hadir')}: {_('%(n)d anggota Satlinmas') % {'n': present}}"
        + (f"; {report.others_present}" if report.others_present else ""),
        "",
        f"*{_('Uraian')}*",
        *account,
        "",
        f"*{_('Hasil')}*",
        report.result,
    ]
    for label, text in ((_("Kendala"), report.obstacles), (_("Tindak lanjut"), report.follow_up)):
        if text:
            lines += ["", f"*{label}*", text]
    if report.number:
        lines += ["", f"{_('Nomor')}: {report.number}"]
    return "\n".join(lines)
