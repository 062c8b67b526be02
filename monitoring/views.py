"""The officers' front page at every level, and the same figures for machines."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from members.decorators import OfficerRequest, officer_required
from monitoring.dashboard import dashboard
from monitoring.exports import as_json, csv_lines
from monitoring.summaries import overview
from regions.models import Region
from training.errors import UnknownPeriod
from training.models import Period
from training.periods import current_code, parse

PERIODS_SHOWN = 6
ANCESTORS = "parent__parent__parent__parent"


def _region(request: OfficerRequest, code: str) -> Region:
    """The region, if the officer may see it; everything else does not exist."""
    regions = Region.objects.within(request.scope).select_related(ANCESTORS)
    return get_object_or_404(regions, pk=code or request.access.home_region_code)


def _period(request: HttpRequest, region: Region, known: Sequence[Period] = ()) -> Period:
    """The period asked for, the current one by default, out of those `known` if it is there; raises UnknownPeriod."""
    asked = request.GET.get("periode") or current_code(region.code)
    for period in known:
        if period.code == asked:
            return period
    return parse(asked)


@require_GET
@officer_required
def page(request: OfficerRequest, code: str = "") -> HttpResponse:
    """The region's page; without a code, of the region the officer starts from."""
    region, known = _region(request, code), list(Period.objects.order_by("-year", "-half")[:PERIODS_SHOWN])
    try:
        period, problem = _period(request, region, known), ""
    except UnknownPeriod as refusal:
        period, problem = parse(current_code(region.code)), str(refusal)
    context = dashboard(request=request, region=region, period=period, periods=known, now=timezone.now())
    return render(request, "monitoring/page.html", {**context, "problem": problem}, status=400 if problem else 200)


@require_GET
@officer_required
def figures_json(request: OfficerRequest, code: str) -> JsonResponse:
    """The figures of the region and its children for machines."""
    region = _region(request, code)
    try:
        period = _period(request, region)
    except UnknownPeriod as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    return JsonResponse(as_json(overview(region=region, period=period, now=timezone.now())))


@require_GET
@officer_required
def figures_csv(request: OfficerRequest, code: str) -> HttpResponseBase:
    """The table of the region's children as a spreadsheet file."""
    region = _region(request, code)
    try:
        period = _period(request, region)
    except UnknownPeriod as refusal:
        return HttpResponse(str(refusal), status=400, content_type="text/plain; charset=utf-8")
    lines = csv_lines(overview(region=region, period=period, now=timezone.now()))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="pantau-{region.code}-{period.code}.csv"'
    return response
