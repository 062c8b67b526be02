"""What an officer sees of a region: compliance and activity side by side, from tallies and grouped reports.

Each part is a constant number of queries for any level and any number of members.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from django.core.cache import cache
from django.db.models import Count, Q
from django.db.models.functions import Substr

from cms.percents import whole_percent
from regions.models import Region
from regions.timezones import local_date
from reports.models import ActivityReport
from training.corrections import Closed, closed_by_child, closed_figures, closed_total
from training.models import Period
from training.standing import TONES, State
from training.summaries import CODE_LENGTH, Figures, children_figures, figures, total, trainings_by_day

TREND_SECONDS = 60
SMALL_VILLAGE = 5  # members who owe a training; below that one person moves the percentage by a fifth or more


@dataclass
class Activity:
    """Reports handed in and how many of those are verified; `by_kind` counts the handed in by their kind."""

    submitted: int = 0
    verified: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, submitted: int, verified: int) -> None:
        """Take in one group of reports."""
        self.submitted += submitted
        self.verified += verified
        self.by_kind[kind] = self.by_kind.get(kind, 0) + submitted


@dataclass(frozen=True)
class Row:
    """One region with its figures and its activity; `closed` is what a half that is over was closed with."""

    region: Region
    figures: Figures
    activity: Activity
    closed: Closed | None = None

    @property
    def percent(self) -> int:
        """Whole percent of who owes: 100 only when everyone has met the requirement."""
        return whole_percent(self.figures.met, self.figures.required)

    @property
    def year_percent(self) -> int:
        """Whole percent of who owes that met the whole year; of a second half whose figure is known."""
        return whole_percent(self.figures.year_met or 0, self.figures.required)

    @property
    def state(self) -> State:
        """The most pressing state somebody here is in."""
        if self.figures.overdue:
            return State.OVERDUE
        if self.figures.at_risk:
            return State.AT_RISK
        if self.figures.unmet:
            return State.UNMET
        return State.MET if self.figures.required else State.NOT_REQUIRED

    @property
    def tone(self) -> str:
        """The look's tone of that state."""
        return TONES.get(self.state, "")

    @property
    def is_small(self) -> bool:
        """A village where so few owe a training that its percentage says little."""
        return self.region.level == Region.Level.VILLAGE and 0 < self.figures.required < SMALL_VILLAGE

    @property
    def needs_help(self) -> bool:
        """Somebody still owes a training, or nobody is enrolled at all."""
        return self.figures.missing > 0 or not self.figures.members


@dataclass(frozen=True)
class Overview:
    """A region and its children in one period."""

    period: Period
    whole: Row
    children: list[Row]

    @property
    def region(self) -> Region:
        """The region itself."""
        return self.whole.region

    @property
    def tells_year(self) -> bool:
        """Whether the half ends a year, and its figure was kept (also when it was closed, of one as it was closed)."""
        return self.period.half == 2 and self.whole.figures.year_met is not None


def overview(*, region: Region, period: Period, now: datetime) -> Overview:
    """The region's figures and its children's, in four queries; a child without any is there with zeros.

    Two more tell what a closed half was closed with.
    """
    if region.level == Region.Level.VILLAGE:
        return Overview(period, row_of(region=region, period=period, now=now), [])
    activity, by_child = _activity(region, period)
    below = children_figures(region=region, period=period, now=now)
    closed = closed_by_child(region=region, period=period)
    none = Closed() if period.is_closed else None
    children = [
        Row(child, below.get(child.code, Figures()), by_child.get(child.code, Activity()), closed.get(child.code, none))
        for child in sorted(Region.objects.filter(parent=region), key=_by_name)
        if child.retired_on is None or child.code in below or child.code in by_child or child.code in closed
    ]
    whole = Row(region, total(below.values()), activity, closed_total(closed.values()) if period.is_closed else None)
    return Overview(period, whole, children)


def row_of(*, region: Region, period: Period, now: datetime) -> Row:
    """The region alone, in three queries; two more for a closed half."""
    closed = closed_figures(region=region, period=period)
    return Row(region, figures(region=region, period=period, now=now), _activity(region, period)[0], closed)


def _by_name(region: Region) -> tuple[str, str]:
    return region.name.casefold(), region.code


def _activity(region: Region, period: Period) -> tuple[Activity, dict[str, Activity]]:
    """Reports of the region by kind, and of each child, in one query; by the local day the activity began."""
    length = CODE_LENGTH[Region.Level(min(region.level + 1, Region.Level.VILLAGE))]
    reports = (
        ActivityReport.objects.within(region.scope)
        .submitted()
        .filter(activity_date__range=(period.first_day, period.last_day))
    )
    rows = reports.order_by().values_list(Substr("village_id", 1, length), "kind")
    whole, children = Activity(), dict[str, Activity]()
    verified = Count("pk", filter=Q(status=ActivityReport.Status.VERIFIED))
    for child, kind, sent, checked in rows.annotate(sent=Count("pk"), checked=verified):
        whole.add(kind, sent, checked)
        children.setdefault(child, Activity()).add(kind, sent, checked)
    return whole, children


# --- order and choice of the children ---------------------------------------------------------


def _by_help(row: Row) -> tuple[int, int, int, int, tuple[str, str]]:
    f = row.figures
    return (-f.overdue, -f.at_risk, -f.missing, row.percent if f.members else -1, _by_name(row.region))


ORDERS = {
    "bantuan": _by_help,
    "nama": lambda row: _by_name(row.region),
    "kepatuhan": lambda row: (row.percent, _by_name(row.region)),
}


def arrange(rows: Sequence[Row], *, order: str, only_needing: bool) -> list[Row]:
    """The rows in one of ORDERS (who needs help first, unless asked otherwise), all or only those who need it."""
    chosen = [row for row in rows if row.needs_help] if only_needing else rows
    return sorted(chosen, key=ORDERS.get(order, _by_help))


def holding_half(rows: Sequence[Row]) -> list[Row]:
    """The fewest rows that together have half of all who still owe a training, the heaviest first."""
    heaviest = sorted(rows, key=lambda row: (-row.figures.missing, _by_name(row.region)))
    wanted = sum(row.figures.missing for row in rows) / 2
    found: list[Row] = []
    while heaviest and sum(row.figures.missing for row in found) < wanted:
        found.append(heaviest.pop(0))
    return found


# --- the course of the period -----------------------------------------------------------------


@dataclass(frozen=True)
class Week:
    """Trainings finished in the week that begins on this Monday, as far as it lies in the period."""

    first_day: date
    trainings: int


@dataclass(frozen=True)
class Trend:
    """The weeks of a period until today, and the last seven days."""

    weeks: list[Week]
    last_seven_days: int


class ByDay(Protocol):
    """What counts something of a region and a period by day."""

    def __call__(self, *, region: Region, period: Period) -> dict[date, int]:
        """Zero days are left out."""


def kept_briefly(
    name: str, count: ByDay, *, region: Region, period: Period, seconds: int = TREND_SECONDS
) -> dict[date, int]:
    """Counts by day; above the regencies, where that means reading up to a million rows, at most `seconds` old."""
    if region.level > Region.Level.PROVINCE:
        return count(region=region, period=period)
    key = f"monitoring:{name}:{region.code}:{period.code}"
    found: dict[date, int] | None = cache.get(key)
    if found is None:
        found = count(region=region, period=period)
        cache.set(key, found, seconds)
    return found


def trend(*, region: Region, period: Period, now: datetime) -> Trend:
    """Trainings by week, Monday first, by the members' local days; one query."""
    by_day = kept_briefly("by-day", trainings_by_day, region=region, period=period)
    today = local_date(now, region.code)
    start = period.first_day - timedelta(days=period.first_day.weekday())
    end = min(period.last_day, today)
    mondays = [start + timedelta(weeks=n) for n in range((end - start).days // 7 + 1)]
    weeks = [Week(monday, sum(by_day.get(monday + timedelta(days=n), 0) for n in range(7))) for monday in mondays]
    recent = sum(trainings for day, trainings in by_day.items() if today - timedelta(days=7) < day <= today)
    return Trend(weeks, recent)
