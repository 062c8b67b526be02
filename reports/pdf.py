"""The report on paper: a nota dinas from the village to the camat, its photos as an attachment."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from cms.printing import render_pdf
from regions.letterhead import head_of, letterhead_of
from regions.timezones import local_date
from reports.models import ActivityReport, ReportPhoto

# Two photos beside each other on A4 are some 8 cm wide: 900 px are 280 dpi there.
PRINT_SIDE, PRINT_QUALITY = 900, 75


def report_pdf(report: ActivityReport) -> bytes:
    """The nota dinas as PDF; a report that was never sent prints with the word DRAF across it."""
    return render_pdf(template="reports/nota_dinas.html", context=nota_context(report))


def nota_context(report: ActivityReport) -> dict[str, Any]:
    """Everything the print says, in the order it says it."""
    sent_on = local_date(report.sent_at or timezone.now(), report.village_id)
    photos = [
        {"photo": photo, "n": n, "source": _data_uri(photo)} for n, photo in enumerate(report.photos.all(), start=1)
    ]
    return {
        "report": report,
        "village": report.village,
        "letterhead": letterhead_of(report.village),
        "district_head": head_of(report.village.parent),
        "village_head": head_of(report.village),
        "date": sent_on,
        "when": report.when,
        "presences": list(report.presences.all()),
        "photos": photos,
        "photo_rows": [photos[n : n + 2] for n in range(0, len(photos), 2)],
        "subject": _("Laporan Kegiatan %(kind)s") % {"kind": report.title},
        "verified_on": local_date(report.decided_at, report.village_id) if report.decided_at else None,
    }


def _data_uri(photo: ReportPhoto) -> str:
    with photo.file.open("rb") as stored, Image.open(stored, formats=["JPEG"]) as image:
        image.thumbnail((PRINT_SIDE, PRINT_SIDE))
        output = BytesIO()
        image.save(output, "JPEG", quality=PRINT_QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{b64encode(output.getvalue()).decode('ascii')}"
