"""What the monitoring page shows, put together from the summaries: a plain dictionary for its template."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse

from members.decorators import OfficerRequest
from members.models import Member, RoleKind
from monitoring.board import Asked, board_of, order_of
from regions.models import Region
from regions.scope import Scope
from reports.summaries import waiting_review
from training.models import Exemption, Extension, Period, Standing, TrainingRecord
from training.policies import policy_for
from training.standing import StandingView, view_of

PAGE_SIZE = 25
RECENT_SHOWN = 5


def dashboard(
    *, request: OfficerRequest, region: Region, period: Period, periods: Iterable[Period], now: datetime
) -> dict[str, Any]:
    """Everything the page shows of one region in one period; `periods` are those it offers besides.

    The figures are the board's, a few seconds old; what waits for this officer and whom they may see by name is read
    now.
    """
    known = list(periods)
    asked = Asked(region, period, order_of(request.GET.get("urut", "")), request.GET.get("tampil") == "perlu")
    return {
        "region": region,
        "period": period,
        "periods": _periods(known, period),
        "other_regions": _other_regions(request, region),
        "board": board_of(asked, known=known, now=now),
        "trail": trail_of(region, request.scope, period),
        "waiting_reports": waiting_review(scope=region.scope),
        "waiting_members": Member.objects.within(region.scope).pending().count(),
        "waiting_exemptions": Exemption.objects.within(region.scope).waiting().decidable_by(request.access).count(),
        "waiting_extensions": Extension.objects.within(region.scope).waiting().decidable_by(request.access).count(),
        "recent": _recent(region) if region.level == Region.Level.DISTRICT else [],
        **(_members(request, region, period, now) if region.level == Region.Level.VILLAGE else {}),
    }


def _periods(known: Iterable[Period], shown: Period) -> list[Period]:
    """The periods to choose from and the one shown, newest first."""
    found = {period.code: period for period in [*known, shown]}
    return sorted(found.values(), key=lambda period: period.code, reverse=True)


def _other_regions(request: OfficerRequest, region: Region) -> list[Region]:
    """The officer's regions outside of the one shown, for those who serve several."""
    mine = [grant.region for grant in request.access.grants if grant.kind == RoleKind.OFFICER]
    return [other for other in mine if not region.scope.covers(other.code) and not other.scope.covers(region.code)]


def trail_of(region: Region, scope: Scope, period: Period, *, linked: bool = False) -> list[tuple[str, str]]:
    """The way down to this region, from the highest one the officer may see; the last step `linked` if asked."""
    trail: list[tuple[str, str]] = []
    current: Region | None = region
    while current is not None and scope.covers(current.code):
        address = f"{reverse('monitoring:region', args=[current.code])}?periode={period.code}"
        trail.insert(0, (address if trail or linked else "", current.display_name))
        current = current.parent
    return trail


def _recent(region: Region) -> Iterable[TrainingRecord]:
    records = TrainingRecord.objects.within(region.scope).select_related("member", "village")
    return records.order_by("-completed_at", "-pk")[:RECENT_SHOWN]


def _members(request: OfficerRequest, region: Region, period: Period, now: datetime) -> dict[str, Any]:
    """A page of the village's members with how each stands; who still owes comes first."""
    standings = Standing.objects.none()
    if period.pk is not None:
        standings = Standing.objects.within(region.scope).filter(period=period).serving()
    chosen = request.GET.get("status", "")
    if chosen in ("belum", "terpenuhi"):
        standings = standings.missing() if chosen == "belum" else standings.met()
    owing_first = Case(When(needed__gt=0, is_met=False, then=Value(0)), default=Value(1), output_field=IntegerField())
    listed = standings.select_related("member__squad", "period").order_by(owing_first, "member__name", "pk")
    found = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    return {"page_obj": found, "people": _people(found, region, period, now), "chosen_status": chosen}


def _people(
    standings: Page[Standing], region: Region, period: Period, now: datetime
) -> list[tuple[Standing, StandingView]]:
    policy = policy_for(region.code, period)
    return [(standing, view_of(standing, policy=policy, now=now)) for standing in standings]
