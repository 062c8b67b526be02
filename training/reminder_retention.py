"""How long it is kept who reminded whom by hand: as long as the log of deliveries that came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from notifications.retention import PORTIONS_A_RUN, remove_oldest
from training.models import HandReminder, ReminderRun


def trim_runs(*, now: datetime, portions: int = PORTIONS_A_RUN) -> int:
    """Remove the people of runs past DELIVERY_LOG_DAYS, then the runs without people; returns how many rows went.

    Of either at most so many portions go at once.
    """
    cutoff = now - timedelta(days=settings.DELIVERY_LOG_DAYS)
    people = remove_oldest(HandReminder.objects.all(), moment="day", before=cutoff.date(), portions=portions)
    still_named = Exists(HandReminder.objects.filter(run=OuterRef("pk")))
    empty = ReminderRun.objects.filter(~still_named)
    return people + remove_oldest(empty, moment="created_at", before=cutoff, portions=portions)
