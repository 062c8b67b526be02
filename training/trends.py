"""How a region came to meet the requirement: the day on which each member did, derived from the ledger."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import F, Window
from django.db.models.functions import RowNumber

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
    met = Standing.objects.within(region.scope).filter(period=period).met()
    counting = met.filter(member__training_records__period=period, member__training_records__reversal__isnull=True)
    ranked = counting.annotate(
        day=F("member__training_records__completed_on"),
        nth=Window(RowNumber(), partition_by=F("member_id"), order_by=[F("day"), F("member__training_records__pk")]),
    )
    sql, parameters = ranked.order_by().values("day", "nth", "needed").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            # Django cannot group by what it filtered by a window.
            f"SELECT day, COUNT(*) FROM ({sql}) AS ranked WHERE nth = needed GROUP BY day",  # noqa: S608
            parameters,
        )
        return {_day(day): members for day, members in cursor.fetchall()}


def _day(value: date | str) -> date:
    """SQLite hands a day of a bare cursor back as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)
