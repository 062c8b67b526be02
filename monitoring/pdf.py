"""The Laporan Kepatuhan on one page: what an officer takes into a meeting or hands to the camat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.conf import settings
from django.urls import reverse

from certificates.office import signing_town
from cms.printing import render_page
from monitoring.board import last_week, shares_of
from monitoring.halves import as_closed, half_beside
from monitoring.progress import progress
from monitoring.summaries import Row, arrange, overview
from regions.letterhead import letterhead_of, signatory_of, signing_place
from regions.models import Region
from regions.timezones import local_date
from training.models import Period
from training.periods import before

LINES = 24  # of the table, that fit the page beside everything that usually stands on it
LONG_NAME = 48  # characters; beyond, a name may take two lines
FEWEST_ROWS, STEP = 6, 2


def compliance_pdf(*, region: Region, period: Period, now: datetime, beside: Period | None = None) -> bytes:
    """The report as PDF, one A4 page for any region: as many children as fit, who need help most, the others counted.

    A closed half prints as it was closed, with later corrections as corrections. `beside` is the half it is compared
    with, the one before it unless told.
    """
    context = report_context(region=region, period=period, now=now, beside=beside)
    return render_page(template="monitoring/report.html", contexts=_shorter(context))


def _shorter(context: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The report with all rows that the page should hold, and then, where it holds less, with fewer and fewer."""
    rows: Sequence[Row] = context["rows"]
    lines = accumulate(1 + (len(row.region.display_name) > LONG_NAME) for row in rows)
    fitting = sum(line <= LINES for line in lines)
    for shown in (fitting, *range(fitting - STEP, FEWEST_ROWS - 1, -STEP)):
        has_small = any(row.is_small for row in rows[:shown])
        yield context | {"rows": rows[:shown], "others": len(rows) - shown, "has_small": has_small}


def report_context(*, region: Region, period: Period, now: datetime, beside: Period | None = None) -> dict[str, Any]:
    """Everything the print can say, with all rows."""
    seen = as_closed(overview(region=region, period=period, now=now))
    whole = seen.whole
    way = progress(region=region, period=period, whole=whole.figures, now=now)
    return {
        "region": region,
        "period": period,
        "letterhead": letterhead_of(region),
        "signatory": signatory_of(region),
        "place": signing_town(region) or signing_place(region),
        "today": local_date(now, region.code),
        "now": now,
        "whole": whole,
        "tells_year": seen.tells_year,
        "closed": whole.closed,
        "beside": half_beside(region=region, period=beside or before(period), now=now),
        "shares": shares_of(whole),
        "way": way,
        "way_lines": way.series(period),
        **last_week(whole.figures, way),
        "rows": arrange(seen.children, order="bantuan", only_needing=False),
        "child_level": Region.Level(min(region.level + 1, Region.Level.VILLAGE)).label,
        "address": f"{settings.BASE_URL}{reverse('monitoring:region', args=[region.code])}",
    }
