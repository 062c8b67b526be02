"""The officers' front page at every level, and the same figures for machines and spreadsheets."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from members.decorators import OfficerRequest, officer_required
from members.spreadsheets import csv_response, xlsx_response
from monitoring.access import file_of_region, find_period, find_region
from monitoring.dashboard import page_context
from monitoring.exports import as_json, table_rows
from monitoring.pdf import compliance_pdf
from monitoring.summaries import overview
from regions.models import Region
from training.errors import UnknownPeriod
from training.models import Period
from training.periods import parse


@require_GET
@officer_required
def page(request: OfficerRequest, code: str = "") -> HttpResponse:
    """The region's page; without a code, of the region the officer starts from."""
    context = page_context(request, code or request.access.home_region_code, timezone.now())
    return render(request, "monitoring/page.html", context, status=400 if context.get("problem") else 200)


@require_GET
@officer_required
def figures_json(request: OfficerRequest, code: str) -> JsonResponse:
    """The figures of the region and its children for machines."""
    region = find_region(request, code)
    try:
        period = find_period(request, region)
    except UnknownPeriod as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    return JsonResponse(as_json(overview(region=region, period=period, now=timezone.now())))


@file_of_region
def figures_csv(request: OfficerRequest, region: Region, period: Period) -> HttpResponseBase:
    """The table of the region's children as CSV."""
    rows = table_rows(overview(region=region, period=period, now=timezone.now()))
    return csv_response(rows, filename=f"pantau-{region.code}-{period.code}.csv")


@file_of_region
def figures_xlsx(request: OfficerRequest, region: Region, period: Period) -> HttpResponseBase:
    """The table of the region's children as XLSX."""
    rows = table_rows(overview(region=region, period=period, now=timezone.now()))
    return xlsx_response(rows, filename=f"pantau-{region.code}-{period.code}.xlsx")


@file_of_region
def report(request: OfficerRequest, region: Region, period: Period) -> HttpResponse:
    """The Laporan Kepatuhan as PDF, beside the half of `?banding=`, or the one before."""
    try:
        beside = parse(request.GET["banding"]) if request.GET.get("banding") else None
    except UnknownPeriod as refusal:
        return HttpResponse(str(refusal), status=400, content_type="text/plain; charset=utf-8")
    content = compliance_pdf(region=region, period=period, now=timezone.now(), beside=beside)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"laporan-kepatuhan-{region.code}-{period.code}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-cache"
    return response
