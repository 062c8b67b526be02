"""What the villages report: activity reports, their photos and their history."""

from reports.activity import LONGEST_ACTIVITY, ActivityReport, ActivityReportQuerySet, Presence, ReportSequence
from reports.history import ReportEvent
from reports.photos import MAX_PHOTOS, ReportPhoto

__all__ = [
    "LONGEST_ACTIVITY",
    "MAX_PHOTOS",
    "ActivityReport",
    "ActivityReportQuerySet",
    "Presence",
    "ReportEvent",
    "ReportPhoto",
    "ReportSequence",
]
