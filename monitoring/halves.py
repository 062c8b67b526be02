"""A half as it was closed, and one half beside another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from monitoring.summaries import Overview
from regions.models import Region
from training.models import Period
from training.summaries import Closed, Figures, closed_figures, figures, frozen_by_child


@dataclass(frozen=True)
class Half:
    """A region's figures in one half; final ones are those of its closing."""

    period: Period
    figures: Figures
    is_final: bool

    @property
    def percent(self) -> int:
        """Whole percent, rounded down as everywhere."""
        return self.figures.met * 100 // self.figures.required if self.figures.required else 0


def as_closed(seen: Overview, closed: Closed) -> Overview:
    """The overview with the figures of the closing in place of today's; one query."""
    frozen = frozen_by_child(region=seen.region, period=seen.period)
    children = [replace(row, figures=frozen.get(row.region.code, Figures())) for row in seen.children]
    return replace(seen, whole=replace(seen.whole, figures=closed.figures), children=children)


def half_beside(*, region: Region, period: Period, now: datetime) -> Half | None:
    """The half to compare with, as it was closed if it is; None where nobody owed a training in it."""
    closed = closed_figures(region=region, period=period)
    found = closed.figures if closed else figures(region=region, period=period, now=now)
    return Half(period, found, is_final=closed is not None) if found.required else None
