"""`/pantau/<code>/pengingat/`: what was sent to the people of a region, and what became of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from members.decorators import OfficerRequest, officer_required
from monitoring.access import find_region, period_or_current
from monitoring.dashboard import trail_of
from monitoring.message_log import (
    CHANNELS,
    MOST,
    RESULTS,
    LogFilter,
    LogPaginator,
    Result,
    deliveries_of,
    ids_of,
    row_of,
)
from regions.models import Region

PAGE_SIZE = 25


def _badge(result: Result) -> str:
    return render_to_string("components/badge.html", {"tone": result.tone, "text": result.label})


@require_GET
@officer_required
@never_cache
def message_log(request: OfficerRequest, code: str) -> HttpResponse:
    """The region's messages, the newest first."""
    region = find_region(request, code)
    chosen = LogFilter.of(request.GET)
    page = LogPaginator(ids_of(region=region, chosen=chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [row_of(delivery, scope=request.scope) for delivery in deliveries_of(page, region=region)]
    badges = {result: _badge(result) for result in {row.result for row in rows}}
    period, _problem = period_or_current(request, region)
    context: dict[str, Any] = {
        "region": region,
        "trail": [*trail_of(region, request.scope, period, linked=True), ("", _("Pesan dan pengingat"))],
        "chosen": chosen,
        "results": RESULTS.items(),
        "channels": CHANNELS.items(),
        "page_obj": page,
        "rows": [(row, badges[row.result]) for row in rows],
        "is_cut": page.paginator.count == MOST,
        "most": MOST,
        "many_villages": region.level < Region.Level.VILLAGE,
    }
    return render(request, "monitoring/message_log.html", context)
