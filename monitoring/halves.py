"""A half as it was closed, and one half beside another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cms.percents import whole_percent
from monitoring.summaries import Overview, Row
from regions.models import Region
from training.corrections import closed_figures
from training.models import Period
from training.summaries import Figures, figures


@dataclass(frozen=True)
class Half:
    """A region's figures in one half; final ones are those of its closing."""

    period: Period
    figures: Figures
    is_final: bool

    @property
    def percent(self) -> int:
        """Whole percent of who owed."""
        return whole_percent(self.figures.met, self.figures.required)


def as_closed(seen: Overview) -> Overview:
    """The overview with the figures of the closing in place of today's; no query."""
    return replace(seen, whole=_as_closed(seen.whole), children=[_as_closed(row) for row in seen.children])


def _as_closed(row: Row) -> Row:
    return replace(row, figures=row.closed.figures) if row.closed else row


def half_beside(*, region: Region, period: Period, now: datetime) -> Half | None:
    """The half to compare with, as it was closed if it is; None where nobody owed a training in it."""
    closed = closed_figures(region=region, period=period)
    found = closed.figures if closed else figures(region=region, period=period, now=now)
    return Half(period, found, is_final=closed is not None) if found.required else None
