"""How long the log of deliveries is kept: what is older than DELIVERY_LOG_DAYS is removed, a portion at a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from notifications.models import Delivery, State

PORTION = 5000  # rows of one DELETE: nobody waits long for it
PORTIONS_A_RUN = 20


def trim_log(*, now: datetime, portions: int = PORTIONS_A_RUN) -> int:
    """Remove the deliveries past their time; returns how many went. What a worker holds stays."""
    free = Delivery.objects.exclude(state=State.SENDING)
    cutoff = now - timedelta(days=settings.DELIVERY_LOG_DAYS)
    return remove_oldest(free, moment="planned_at", before=cutoff, portions=portions)


def remove_oldest(removable: QuerySet[Any], *, moment: str, before: date, portions: int = PORTIONS_A_RUN) -> int:
    """Remove the oldest of these rows whose `moment` is before that one, in at most so many portions.

    Rows are written in the order of their ids, so only the table's first ones are looked at: no index over the moment
    is needed, and a run with nothing to do reads one portion.
    """
    total, after, everything = 0, 0, removable.model._default_manager.order_by("pk")
    for _ in range(portions):
        first = list(everything.filter(pk__gt=after).values_list("pk", moment)[:PORTION])
        old = [pk for pk, when in first if when < before]
        if not old:
            break
        removed, _by_model = removable.filter(pk__in=old).delete()
        total, after = total + removed, first[-1][0]
    return total
