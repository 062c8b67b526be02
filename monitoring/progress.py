"""How a region gets to meeting the requirement: since last week, against last year's half, and where it will end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest

from cms.charts import Series
from cms.percents import whole_percent
from monitoring.forecast import WEEKS, Forecast, forecast, what_lacks
from monitoring.summaries import TREND_SECONDS, kept_briefly
from regions.models import Region
from regions.timezones import local_date
from training.models import Period
from training.periods import days_left, parse
from training.summaries import Figures, figures
from training.trends import met_by_day

WEEKS_OF_HALF = 26
PAST_SECONDS = 3600  # how long the days of a half that is over are kept, above the regencies


@dataclass(frozen=True)
class Week:
    """How many members had met the requirement by the end of a week of the half, and what share that is in percent.

    None where the week has not begun, or where nothing is known of last year's half.
    """

    last_day: date
    met: int | None
    percent: int | None
    percent_before: int | None


@dataclass(frozen=True)
class Progress:
    """`change`: members who met the requirement by a training of the last seven days; None once the half is over.

    `lacking` says what a forecast lacks, in a sentence.
    """

    weeks: list[Week]
    change: int | None
    forecast: Forecast | None
    lacking: str
    before: Period

    @property
    def started(self) -> list[Week]:
        """The weeks that have begun."""
        return [week for week in self.weeks if week.percent is not None]

    def series(self, period: Period) -> list[Series]:
        """The lines of the chart: this half, and last year's if anything is known of it."""
        lines = [Series(str(period), [week.percent for week in self.weeks])]
        if any(week.percent_before is not None for week in self.weeks):
            lines.append(Series(str(self.before), [week.percent_before for week in self.weeks], is_past=True))
        return lines


def progress(
    *, region: Region, period: Period, whole: Figures, now: datetime, known: Iterable[Period] = ()
) -> Progress:
    """The region's way through the half, from the days of `training.trends.met_by_day`.

    `whole` are the region's figures, `known` periods that are loaded already. Since last week means: of those who
    have met the requirement now, who did within the last seven days, today included, by the day of the training: one
    that is entered late changes the days that are past. Two queries, and three more where last year's half was kept.
    """
    by_day = _met_by_day(region, period, now)
    before = _year_before(period, known)
    required_before = figures(region=region, period=before, now=now).required if before.pk else 0
    past = (
        _shares(_met_by_day(region, before, now), before, required_before)
        if required_before
        else [None] * WEEKS_OF_HALF
    )
    today, left = local_date(now, region.code), days_left(period, region.code, now=now)
    begun = _begun(period, today)
    weekly = _full_weeks(by_day, period, today)
    present = _shares(by_day, period, whole.required)[:begun] if whole.required else []
    return Progress(
        weeks=[Week(*week) for week in zip_longest(_week_ends(period), _sums(by_day, period)[:begun], present, past)],
        change=_in_last_weeks(by_day, today, 1)[0] if left >= 0 else None,
        forecast=forecast(
            met=whole.met, required=whole.required, weekly=weekly, days_left=(period.last_day - today).days
        ),
        lacking=what_lacks(required=whole.required, weekly=weekly),
        before=before,
    )


def shares_by_week(*, region: Region, period: Period, required: int, now: datetime) -> list[int | None]:
    """Whole percent of those who owe by the end of each week that has begun, None for the others; at most one query."""
    if not required:
        return [None] * WEEKS_OF_HALF
    begun = _begun(period, local_date(now, region.code))
    shares = _shares(_met_by_day(region, period, now), period, required)
    return [share if week < begun else None for week, share in enumerate(shares)]


def _begun(period: Period, today: date) -> int:
    """How many weeks of the half have begun."""
    return sum(end < today for end in _week_ends(period)[:-1]) + 1 if today >= period.first_day else 0


def _met_by_day(region: Region, period: Period, now: datetime) -> dict[date, int]:
    """Above the regencies, where that means reading up to a million rows, kept for a while."""
    seconds = TREND_SECONDS if days_left(period, region.code, now=now) >= 0 else PAST_SECONDS
    return kept_briefly("met-by-day", met_by_day, region=region, period=period, seconds=seconds)


def _year_before(period: Period, known: Iterable[Period]) -> Period:
    """The same half of the year before; an unsaved one when nothing was kept for it."""
    code = f"{period.year - 1}-{period.half}"
    return next((found for found in known if found.code == code), None) or parse(code)


def _week_ends(period: Period) -> list[date]:
    """The last days of the half's 26 weeks, counted from its first day; the last one takes the days that are over."""
    ends = [period.first_day + timedelta(days=7 * n + 6) for n in range(WEEKS_OF_HALF - 1)]
    return [*ends, period.last_day]


def _sums(by_day: dict[date, int], period: Period) -> list[int]:
    """How many had met the requirement by the end of each week."""
    return [sum(members for day, members in by_day.items() if day <= end) for end in _week_ends(period)]


def _shares(by_day: dict[date, int], period: Period, required: int) -> list[int]:
    """The same in whole percent of those who owe."""
    return [whole_percent(met, required) for met in _sums(by_day, period)]


def _in_last_weeks(by_day: dict[date, int], today: date, weeks: int) -> list[int]:
    """Members by weeks of seven days, the last of which ends today; the oldest first."""
    found = [0] * weeks
    for day, members in by_day.items():
        if 0 <= (age := (today - day).days) < 7 * weeks:
            found[-1 - age // 7] += members
    return found


def _full_weeks(by_day: dict[date, int], period: Period, today: date) -> list[int]:
    """Members by the last full weeks of the half, at most WEEKS of them."""
    full_weeks = ((today - period.first_day).days + 1) // 7
    return _in_last_weeks(by_day, today, min(WEEKS, max(0, full_weeks)))
