"""For which places and periods reminders are planned: regions whose clock or policy may differ from those around."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, QuerySet, Value, When

from regions.models import Region
from regions.scope import NATION_CODE
from training.models import Period
from training.periods import before, current_periods
from training.policies import PolicyBook


def periods_of(now: datetime, *, closed: bool = False) -> list[Period]:
    """Those that run somewhere, and those before them that may be late still; the `closed` ones too where asked."""
    running = current_periods(now=now)
    found = {period.pk: period for period in [*map(before, running), *running] if period.pk}
    return [period for period in found.values() if closed or not period.is_closed]


def places_of(period: Period, book: PolicyBook) -> list[str]:
    """The provinces and the regions with a policy, the nearest to a village first."""
    provinces = Region.objects.active().filter(level=Region.Level.PROVINCE).values_list("code", flat=True)
    regions = {policy.region_id for policy in book.in_force(period)} - {NATION_CODE}
    return sorted({*provinces, *regions}, key=lambda code: (-len(code), code))


def in_places(rows: Any, codes: Sequence[str], places: Sequence[str], *, region: str = "village") -> QuerySet[Any]:
    """Rows for which one of the places `codes` speaks: the nearest to their region of all `places`."""
    whens = [When(**{f"{region}__code__under": place}, then=Value(place)) for place in places]
    found: QuerySet[Any] = rows.annotate(place=Case(*whens, output_field=CharField())).filter(place__in=codes)
    return found
