"""How long the log of deliveries is kept: what is older than DELIVERY_LOG_DAYS is removed, a portion at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from notifications.models import Delivery, State

PORTION = 5000  # rows of one DELETE: nobody waits long for it
PORTIONS_A_RUN = 20


def trim_log(*, now: datetime, portions: int = PORTIONS_A_RUN) -> int:
    """Remove the oldest deliveries past their time, in at most so many portions; returns how many went.

    Rows are written in the order of their ids, so only the first ones are looked at: no index over the moment is
    needed, and a run with nothing to do reads one portion. What a worker holds stays.
    """
    cutoff, total, after = now - timedelta(days=settings.DELIVERY_LOG_DAYS), 0, 0
    for _ in range(portions):
        first = list(Delivery.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "planned_at")[:PORTION])
        old = [pk for pk, planned_at in first if planned_at < cutoff]
        if not old:
            break
        removed, _by_model = Delivery.objects.filter(pk__in=old).exclude(state=State.SENDING).delete()
        total, after = total + removed, first[-1][0]
    return total
