"""How a region came to meet the requirement: the day on which each member did, as their standings tell."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from regions.models import Region
from training.models import Period, Standing


def met_by_day(*, region: Region, period: Period) -> dict[date, int]:
    """How many members met the requirement on each local day of the period, in one query.

    The members are those whose standing is met now, in the villages where the period counts them; so the sum of all
    days is what the tallies call `met`, at every level. A member's day is the day of the training with which they
    had as many as they needed: of their trainings in the period that nobody took back, by day, the `needed`-th one.
    Where a policy asks for JP or a course besides, the requirement may have been met a training later than that. Who
    left, moved or owes more since then is counted as they stand now, on the days their trainings had.
    """
    if period.pk is None:
        return {}
    met = Standing.objects.within(region.scope).filter(period=period).met().order_by()
    return dict(met.values_list("met_on").annotate(members=Count("*")))  # not of the ids, which no index holds
