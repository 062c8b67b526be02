"""What differs by the clock, told by the database for villages of all three zones at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Case, Field, Q, Value, When

from regions.timezones import WIB, WIT, WITA, provinces_of


def by_zone(village: str, tell: Callable[[str], Any], field: Field[Any, Any]) -> Case | Value:
    """What `tell` says of a province in the zone of the row's village; `village` is the path to its code."""
    answers = {zone: tell(provinces_of(zone)[0]) for zone in (WIB, WITA, WIT)}
    if len(set(answers.values())) == 1:
        return Value(answers[WIB], field)
    whens = []
    for zone in (WITA, WIT):
        inside = Q()
        for code in provinces_of(zone):
            inside |= Q(**{f"{village.removesuffix('_id')}__code__under": code})
        whens.append(When(inside, then=Value(answers[zone], field)))
    return Case(*whens, default=Value(answers[WIB], field), output_field=field)
