"""Regions side by side, by an address that can be shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cms.charts import Datum, Series
from members.decorators import OfficerRequest, officer_required
from monitoring.access import ANCESTORS, period_or_current
from monitoring.board import shares_of
from monitoring.progress import shares_by_week
from monitoring.summaries import Row, row_of
from regions.lookups import CODE
from regions.models import Region
from training.models import Period

FEWEST, MOST = 2, 6
READ_AT_MOST = 100  # codes of an address; nobody ticks more


@dataclass(frozen=True)
class Compared:
    """One region of the comparison."""

    row: Row
    shares: list[Datum]
    line: list[Series]

    @classmethod
    def load(cls, region: Region, period: Period, now: datetime) -> Compared:
        """In four queries; fewer above the regencies, whose days are kept a minute."""
        row = row_of(region=region, period=period, now=now)
        weeks = shares_by_week(region=region, period=period, required=row.figures.required, now=now)
        return cls(row, shares_of(row), [Series(_("Terpenuhi"), weeks)])


def _chosen(request: OfficerRequest) -> list[Region]:
    """The regions of the address in its order, each once; one the officer may not see makes it a 404."""
    codes = list(dict.fromkeys(request.GET.getlist("kode")))[:READ_AT_MOST]
    if not all(CODE.fullmatch(code) for code in codes):
        raise Http404
    found = Region.objects.within(request.scope).select_related(ANCESTORS).in_bulk(codes)
    if len(found) < len(codes):
        raise Http404
    return [found[code] for code in codes]


def _problem(chosen: list[Region]) -> str:
    if len(chosen) < FEWEST:
        return _("Pilih sedikitnya dua wilayah untuk dibandingkan: centang di tabel wilayah, lalu tekan Bandingkan.")
    if len(chosen) > MOST:
        return _("Paling banyak enam wilayah. Hilangkan centang pada sebagian, lalu tekan Bandingkan lagi.")
    return ""


@require_GET
@officer_required
def compare(request: OfficerRequest) -> HttpResponse:
    """Two to six regions of the officer's scope side by side; where none is named yet, how to choose them."""
    chosen = _chosen(request)
    home = chosen[0] if chosen else Region.objects.get(pk=request.access.home_region_code)
    period, bad_period = period_or_current(request, home)
    problem, now = _problem(chosen), timezone.now()
    context = {
        "chosen": chosen,
        "period": period,
        "problem": problem or bad_period,
        "compared": [] if problem else [Compared.load(region, period, now) for region in chosen],
        "is_asking": not chosen,
        "back": home.parent if home.parent and request.scope.covers(home.parent.code) else home,
    }
    is_wrong = bad_period or (problem and chosen)
    return render(request, "monitoring/compare.html", context, status=400 if is_wrong else 200)
