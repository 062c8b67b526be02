"""Who has not met the requirement: the list, and the same list as a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from members.decorators import OfficerRequest, officer_required
from members.spreadsheets import csv_response, list_as_xlsx
from monitoring.access import file_of_region, find_region, period_or_current
from monitoring.dashboard import trail_of
from monitoring.late import STATES, Asked, Places, export_rows, row_of, with_people
from regions.models import Region
from training.models import Period
from training.periods import current_code
from training.standing import TONES, State

PAGE_SIZE = 25


def _badge(state: State) -> str:
    """The state's word and icon: the same on every row, so drawn once."""
    return render_to_string("components/badge.html", {"tone": TONES.get(state, ""), "text": state.label})


def _halves(region: Region, shown: Period) -> list[tuple[str, Period]]:
    """The half that runs in the region and the one before it, and the one shown where it is neither; no query."""
    running = Period(**dict(zip(("year", "half"), map(int, current_code(region.code).split("-")), strict=True)))
    before = Period(year=running.year, half=1) if running.half == 2 else Period(year=running.year - 1, half=2)
    halves = [(_("Semester ini"), running), (_("Semester lalu"), before)]
    return halves if shown.code in (running.code, before.code) else [*halves, (str(shown), shown)]


@require_GET
@officer_required
@never_cache
def late_list(request: OfficerRequest, code: str) -> HttpResponse:
    """Members of the region who have not met the requirement, the worst first."""
    region = find_region(request, code)
    period, problem = period_or_current(request, region)
    asked = Asked.of(request.GET, region=region, period=period)
    counts = asked.late.count(asked.filters.qs)
    total = sum(counts.values())
    paginator = Paginator(with_people(asked.chosen), PAGE_SIZE)
    paginator.__dict__["count"] = counts[asked.state] if asked.state else total  # known already
    page = paginator.get_page(request.GET.get("page"))
    rows = [row_of(standing, late=asked.late) for standing in page]
    badges = {state: _badge(state) for state in {row.view.state for row in rows}}
    places = Places()
    places.load(rows)
    context: dict[str, Any] = {
        "region": region,
        "period": period,
        "problem": problem,
        "trail": [*trail_of(region, request.scope, period, linked=True), ("", _("Belum memenuhi"))],
        "filters": asked.filters,
        "is_filtered": bool(request.GET.get("cari") or request.GET.get("wilayah") or asked.state),
        "halves": _halves(region, period),
        "states": [(word, state, counts[state]) for word, state in STATES.items()],
        "chosen_state": asked.state,
        "total": total,
        "page_obj": page,
        "rows": [(row, *places.of(row), badges[row.view.state]) for row in rows],
        "many_villages": region.level < Region.Level.VILLAGE,
        "many_districts": region.level < Region.Level.DISTRICT,
        "export_query": request.GET.urlencode(),
        "may_remind": bool(page.paginator.count) and not period.is_closed,
    }
    return render(request, "monitoring/late.html", context, status=400 if problem else 200)


def _filename(region: Region, period: Period, ending: str) -> str:
    return f"belum-memenuhi-{region.code}-{period.code}.{ending}"


@file_of_region
def late_csv(request: OfficerRequest, region: Region, period: Period) -> HttpResponseBase:
    """Exactly what is filtered, as CSV."""
    asked = Asked.of(request.GET, region=region, period=period)
    return csv_response(export_rows(asked.chosen, late=asked.late), filename=_filename(region, period, "csv"))


@file_of_region
def late_xlsx(request: OfficerRequest, region: Region, period: Period) -> HttpResponseBase:
    """Exactly what is filtered, as XLSX."""
    asked = Asked.of(request.GET, region=region, period=period)
    return list_as_xlsx(
        request,
        export_rows(asked.chosen, late=asked.late),
        count=asked.chosen.count(),
        filename=_filename(region, period, "xlsx"),
        page=reverse("monitoring:late", args=[region.code]),
    )
