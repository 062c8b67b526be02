"""The figures of a region as HTML, drawn once for every officer who may see it and kept for a few seconds.

What is kept names nobody and depends on nobody: regions, numbers and charts. The page around it is each officer's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.charts import Datum
from cms.percents import whole_percent
from monitoring.progress import Progress, progress
from monitoring.summaries import ORDERS, Overview, Row, arrange, holding_half, overview, trend
from regions.models import Region
from reports.models import ActivityReport
from training.models import Period
from training.periods import days_left
from training.summaries import Figures, newest_trainings

DEFAULT_ORDER = "bantuan"


@dataclass(frozen=True)
class Board:
    """`drawn_at` is the moment of the figures; the parts are HTML, `children` empty for a village.

    `newest` are the ids of a kecamatan's newest trainings, empty at every other level.
    """

    drawn_at: datetime
    compliance: SafeString
    children: SafeString
    activity: SafeString
    activity_table: SafeString
    course: SafeString
    counts: SafeString
    moment: SafeString
    newest: list[int]


@dataclass(frozen=True)
class Asked:
    """Which board: `order` is one of the orders of the table, `only_needing` leaves out who needs no help."""

    region: Region
    period: Period
    order: str = DEFAULT_ORDER
    only_needing: bool = False

    @property
    def key(self) -> str:
        """Where it is kept."""
        return board_key(self.region.code, self.period.code, self.order, only_needing=self.only_needing)


def board_key(code: str, period: str, order: str, *, only_needing: bool) -> str:
    """Where the board of a region and a period, both by their codes, is kept."""
    return f"monitoring:board:{code}:{period}:{order}:{only_needing:d}"


def order_of(text: str) -> str:
    """One of the orders of the table, whatever the address says."""
    return text if text in ORDERS else DEFAULT_ORDER


def board_of(asked: Asked, *, known: Sequence[Period], now: datetime) -> Board:
    """The board, at most MONITORING_CACHE_SECONDS old; the caller knows that the officer may see the region.

    `known` are periods that are loaded already.
    """
    if not settings.MONITORING_CACHE_SECONDS:
        return _draw(asked, known, now)
    board: Board | None = cache.get(asked.key)
    if board is None:
        board = _draw(asked, known, now)
        cache.set(asked.key, board, settings.MONITORING_CACHE_SECONDS)
    return board


def _draw(asked: Asked, known: Sequence[Period], now: datetime) -> Board:
    region, period = asked.region, asked.period
    seen = overview(region=region, period=period, now=now)
    facts = {
        "region": region,
        "period": period,
        "seen": seen,
        "days_left": days_left(period, region.code, now=now),
        "shares": shares_of(seen.whole),
        **_table(seen, asked),
        **_course(seen, known, now),
        **_activity(seen),
    }
    return Board(
        drawn_at=now,
        compliance=render_to_string("monitoring/compliance.html", facts),
        children=render_to_string("monitoring/children.html", facts) if seen.children else SafeString(),
        activity=render_to_string("monitoring/activity.html", facts),
        activity_table=render_to_string("monitoring/activity_table.html", facts),
        course=render_to_string("monitoring/course.html", facts),
        counts=render_to_string("monitoring/counts.html", facts),
        moment=render_to_string("monitoring/moment.html", {"region": region, "drawn_at": now}),
        newest=newest_trainings(region) if region.level == Region.Level.DISTRICT else [],
    )


def _table(seen: Overview, asked: Asked) -> dict[str, Any]:
    """The children in the order and choice that was asked for."""
    return {
        "rows": arrange(seen.children, order=asked.order, only_needing=asked.only_needing),
        "order": asked.order,
        "only_needing": asked.only_needing,
        "needing": sum(row.needs_help for row in seen.children),
        "holding_half": holding_half(seen.children),
        "child_level": Region.Level(min(seen.region.level + 1, Region.Level.VILLAGE)).label,
    }


def _course(seen: Overview, known: Sequence[Period], now: datetime) -> dict[str, Any]:
    """The weeks of the half, and its way to the requirement."""
    whole = seen.whole.figures
    course = trend(region=seen.region, period=seen.period, now=now)
    way = progress(region=seen.region, period=seen.period, whole=whole, now=now, known=known)
    return {
        "trend": course,
        "trend_chart": [Datum(date_format(week.first_day, "j M"), week.trainings, "ok") for week in course.weeks],
        "way": way,
        "way_lines": way.series(seen.period),
        **last_week(whole, way),
    }


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
    return {"met_last_week": met, "percent_last_week": whole_percent(met, now.required)}


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
