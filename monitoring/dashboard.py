"""What the monitoring page shows, put together from the summaries: a plain dictionary for its template."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.charts import Datum
from members.decorators import OfficerRequest
from members.models import Member, RoleKind
from monitoring.progress import Progress, progress
from monitoring.summaries import Overview, Row, arrange, holding_half, overview, trend
from regions.models import Region
from regions.scope import Scope
from reports.models import ActivityReport
from reports.summaries import waiting_review
from training.models import Exemption, Extension, Period, Standing, TrainingRecord
from training.periods import days_left
from training.policies import policy_for
from training.standing import StandingView, view_of
from training.summaries import Figures

PAGE_SIZE = 25
RECENT_SHOWN = 5


def dashboard(
    *, request: OfficerRequest, region: Region, period: Period, periods: Iterable[Period], now: datetime
) -> dict[str, Any]:
    """Everything the page shows of one region in one period; `periods` are those it offers besides."""
    seen = overview(region=region, period=period, now=now)
    course = trend(region=region, period=period, now=now)
    known = list(periods)
    way = progress(region=region, period=period, whole=seen.whole.figures, now=now, known=known)
    order, only_needing = request.GET.get("urut", "bantuan"), request.GET.get("tampil") == "perlu"
    return {
        "region": region,
        "period": period,
        "periods": _periods(known, period),
        "other_regions": _other_regions(request, region),
        "seen": seen,
        "rows": arrange(seen.children, order=order, only_needing=only_needing),
        "order": order,
        "only_needing": only_needing,
        "needing": sum(row.needs_help for row in seen.children),
        "holding_half": holding_half(seen.children),
        "child_level": Region.Level(min(region.level + 1, Region.Level.VILLAGE)).label,
        "trail": trail_of(region, request.scope, period),
        "days_left": days_left(period, region.code, now=now),
        "shares": shares_of(seen.whole),
        "trend": course,
        "way": way,
        "way_lines": way.series(period),
        **last_week(seen.whole.figures, way),
        "trend_chart": [Datum(date_format(week.first_day, "j M"), week.trainings, "ok") for week in course.weeks],
        "waiting_reports": waiting_review(scope=region.scope),
        "waiting_members": Member.objects.within(region.scope).pending().count(),
        "waiting_exemptions": Exemption.objects.within(region.scope).waiting().decidable_by(request.access).count(),
        "waiting_extensions": Extension.objects.within(region.scope).waiting().decidable_by(request.access).count(),
        "recent": _recent(region) if region.level == Region.Level.DISTRICT else [],
        **_activity(seen),
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


def shares_of(row: Row) -> list[Datum]:
    """The parts of the compliance bar, in the order they are drawn and listed."""
    f = row.figures
    return [
        Datum(_("Terpenuhi"), f.met, "ok"),
        Datum(_("Belum, masih ada waktu"), f.unmet),
        Datum(_("Berisiko"), f.at_risk, "soon"),
        Datum(_("Terlambat"), f.overdue, "late"),
    ]


def last_week(now: Figures, way: Progress) -> dict[str, int]:
    """Who of today's members had met the requirement seven days ago: how many, and in whole percent of who owes."""
    met = now.met - (way.change or 0)
    return {"met_last_week": met, "percent_last_week": met * 100 // now.required if now.required else 0}


def _activity(seen: Overview) -> dict[str, Any]:
    """Reports by kind for the region, and by kind and child; only kinds that occur, most first."""
    labels = dict(ActivityReport.Kind.choices)
    counted = sorted(seen.whole.activity.by_kind.items(), key=lambda pair: (-pair[1], pair[0]))
    kinds = [kind for kind, _number in counted]
    matrix = [
        {"row": row, "cells": [row.activity.by_kind.get(kind, 0) for kind in kinds]}
        for row in seen.children
        if row.activity.submitted
    ]
    data = [Datum(str(labels[kind]), number, "ok") for kind, number in counted]
    return {"kinds": data, "kind_matrix": matrix}


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
