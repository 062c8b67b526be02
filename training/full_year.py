"""The year's figure: how many members met all that a calendar year asks of them, kept in its second half's tallies.

Counted are members of the second half who owe it a training and have met it, and who also met the first half of the
same year, or owed it nothing. Nothing owes the first half who

- joined in it or after it ("tidak wajib"), or was no active member in it,
- was exempt from it ("dispensasi"),
- has no standing in it at all: it began before they came, or before anything was kept here.

Who owes nothing in the second half (exempt, no longer active, joined in it) is not counted, whatever they did in the
first one: the figure is a part of `met`, which is a part of `required`, and its share is of `required`. A member is
counted in the village of the second half. The first half's own tallies say 0, for its year is not over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull

from training.models import Period, Standing


def met_all_year(period: Period) -> Q:
    """Of the standings in a second half those that count for its year; one look-up by key for each that is met."""
    first = Standing.objects.missing().filter(period__year=period.year, period__half=1)
    # Asked whether there is one, PostgreSQL would rather read all that was missed in the country: for 200 villages a
    # second instead of 40 ms. Asked which one it is, it looks.
    missed = Subquery(first.filter(member=OuterRef("member")).values("pk")[:1])
    return Q(is_met=True) & Q(IsNull(missed, True))


def misses(standing: Mapping[str, object]) -> bool:
    """Whether these values of a standing in a first half keep its member out of the year's figure."""
    return bool(standing.get("needed") and not standing["is_met"])


def second_half_of(members: Iterable[int], period: Period) -> tuple[Period | None, set[str]]:
    """The second half of a first one's year, and the villages in which these members (by id) stand in it; one query."""
    second = Standing.objects.filter(member__in=members, period__year=period.year, period__half=2)
    found = list(second.select_related("period"))
    return (found[0].period if found else None), {standing.village_id for standing in found}
