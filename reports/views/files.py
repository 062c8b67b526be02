"""What leaves the house as a file: photos, the nota dinas, the spreadsheet."""

from __future__ import annotations

from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.spreadsheets import csv_response, list_as_xlsx
from reports.exports import rows_of
from reports.models import ActivityReportQuerySet
from reports.pdf import report_pdf
from reports.views.access import ReportsRequest, find_report, reports_access_required
from reports.views.reading import filtered


@reports_access_required
@require_safe
def photo(request: ReportsRequest, pk: int, position: int) -> HttpResponseBase:
    """One photo, or with `?kecil` its thumbnail, for whoever may see the report; kept in their own browser only."""
    found = find_report(request, pk).photos.filter(position=position).first()
    if found is None:
        raise Http404
    small = "kecil" in request.GET
    tag = f'"{found.upload_digest[:32]}{"-kecil" if small else ""}"'
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        name = f"laporan-{pk}-foto-{position}.jpg"
        try:
            file = (found.thumbnail if small else found.file).open("rb")
        except FileNotFoundError as lost:
            raise Http404 from lost
        response = FileResponse(file, content_type="image/jpeg", filename=name)
    response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@reports_access_required
@require_safe
def pdf(request: ReportsRequest, pk: int) -> HttpResponseBase:
    """The report as nota dinas."""
    report = find_report(request, pk)
    response = HttpResponse(report_pdf(report), content_type="application/pdf")
    name = (report.number or f"draf-{report.pk}").replace("/", "-")
    response["Content-Disposition"] = f'inline; filename="laporan-{name}.pdf"'
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@reports_access_required
@require_safe
def export(request: ReportsRequest) -> HttpResponseBase:
    """Exactly what the list shows with the same filters, as CSV."""
    return csv_response(rows_of(_chosen(request)), filename=_filename("csv"))


@reports_access_required
@require_safe
def export_xlsx(request: ReportsRequest) -> HttpResponseBase:
    """The same as XLSX."""
    reports = _chosen(request)
    return list_as_xlsx(
        request, rows_of(reports), count=reports.count(), filename=_filename("xlsx"), page=reverse("reports:list")
    )


def _chosen(request: ReportsRequest) -> ActivityReportQuerySet:
    form, reports = filtered(request)
    return form.chosen(reports, request.access)


def _filename(ending: str) -> str:
    return f"laporan-{timezone.localdate():%Y-%m-%d}.{ending}"
