"""What every page of the room begins with: the region and the period of the address, as far as the officer may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from members.access import Access
from members.decorators import OfficerRequest, officer_required
from members.roles import RoleKind
from regions.models import Region
from training.errors import PeriodAhead, UnknownPeriod
from training.models import Period
from training.periods import current_code, has_begun, parse

ANCESTORS = "parent__parent__parent__parent"

FileView = Callable[[OfficerRequest, Region, Period], HttpResponseBase]


def find_region(request: OfficerRequest, code: str) -> Region:
    """The region, if the officer may see it; everything else does not exist."""
    regions = Region.objects.within(request.scope).select_related(ANCESTORS)
    return get_object_or_404(regions, pk=code or request.access.home_region_code)


def find_period(request: HttpRequest, region: Region, known: Sequence[Period] = ()) -> Period:
    """The period asked for, the current one by default, out of those `known` if it is there.

    Raises UnknownPeriod, also for one to come: it has no figures.
    """
    asked = request.GET.get("periode") or current_code(region.code)
    period = next((period for period in known if period.code == asked), None) or parse(asked)
    if not has_begun(period):
        raise PeriodAhead
    return period


def period_or_current(request: HttpRequest, region: Region, known: Sequence[Period] = ()) -> tuple[Period, str]:
    """The period asked for, or the current one and the words of what is wrong with the address."""
    try:
        return find_period(request, region, known), ""
    except UnknownPeriod as refusal:
        return parse(current_code(region.code)), str(refusal)


def file_of_region(view: FileView) -> Callable[[OfficerRequest, str], HttpResponseBase]:
    """A download about one region in one period; an unreadable period is said in plain text with 400."""

    @require_GET
    @officer_required
    @wraps(view)
    def loaded(request: OfficerRequest, code: str) -> HttpResponseBase:
        region = find_region(request, code)
        try:
            period = find_period(request, region)
        except UnknownPeriod as refusal:
            return HttpResponse(str(refusal), status=400, content_type="text/plain; charset=utf-8")
        return view(request, region, period)

    return loaded


def reach_of(access: Access) -> str:
    """A word for the regions in which somebody is an officer: what is kept for one reach is for nobody else."""
    regions = [grant.region_id for grant in access.grants if grant.kind == RoleKind.OFFICER]
    return sha256("|".join([*access.officer_scope.prefixes, "", *regions]).encode()).hexdigest()
