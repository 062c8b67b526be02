"""Figures over the reports, for monitoring and for lists: each one aggregate query, whatever the region's size."""

from __future__ import annotations

from typing import TypedDict

from django.db.models import Count, Q
from django.db.models.functions import Left

from regions.models import Region
from reports.models import ActivityReport, ActivityReportQuerySet
from training.models import Period


class ReportCounts(TypedDict):
    """Reports handed in, and how many of those are verified."""

    submitted: int
    verified: int


_COUNTS = {
    "submitted": Count("pk", filter=Q(status__in=ActivityReport.SUBMITTED)),
    "verified": Count("pk", filter=Q(status=ActivityReport.Status.VERIFIED)),
}
# How long the codes of a level are: 63 · 63.11 · 63.11.01 · 63.11.01.2001
_CODE_LENGTH = {
    Region.Level.PROVINCE: 2,
    Region.Level.REGENCY: 5,
    Region.Level.DISTRICT: 8,
    Region.Level.VILLAGE: 13,
}


def _submitted(region: Region, period: Period) -> ActivityReportQuerySet:
    days = (period.first_day, period.last_day)
    return ActivityReport.objects.within(region.scope).submitted().filter(activity_date__range=days)


def report_counts(*, region: Region, period: Period) -> ReportCounts:
    """How many activities of the period the region's villages reported, by the local day they began."""
    figures = _submitted(region, period).aggregate(**_COUNTS)
    return ReportCounts(submitted=figures["submitted"], verified=figures["verified"])


def children_report_counts(*, region: Region, period: Period) -> dict[str, ReportCounts]:
    """The same for each child region, by its code; a child without reports is not in it."""
    if region.level >= Region.Level.VILLAGE:
        return {}
    length = _CODE_LENGTH[Region.Level(region.level + 1)]
    rows = (
        _submitted(region, period)
        .order_by()
        .annotate(child=Left("village_id", length))
        .values("child")
        .annotate(**_COUNTS)
        .values_list("child", "submitted", "verified")
    )
    return {child: ReportCounts(submitted=submitted, verified=verified) for child, submitted, verified in rows}


def kind_counts(*, region: Region, period: Period) -> list[tuple[str, int]]:
    """What the region's villages reported in the period: the label of each kind and its number, most first."""
    rows = _submitted(region, period).order_by().values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind")
    return [(str(ActivityReport.Kind(kind).label), n) for kind, n in rows]
