"""Opening a half for many members at once, by the database alone: for those about whom there is nothing to weigh.

On the first day of a half that is nearly everybody: active members who joined in a year before it and have no training
that the rule would look at, no exemption and no extension. All of them get the same verdict, so one INSERT … SELECT
writes their standings. Everybody else is judged one by one in `training.books`; a test holds the two ways against
each other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q

from members.models import Member
from training.models import Exemption, Extension, Period, Policy, Standing, TrainingRecord
from training.policies import PolicyBook
from training.rule import judge

PORTION = 10_000  # members named in one statement; SQLite takes 32,766 parameters


def open_ordinary(
    *, period: Period, villages: Sequence[str], locked: Collection[int], policies: PolicyBook
) -> set[int]:
    """Write the standings of the villages' ordinary members; returns the members' ids. One query a policy and portion.

    Only of members whose rows the caller has `locked`: who joins or moves here meanwhile may leave again at the same
    moment, and is opened by what they do or by the next run.
    """
    members = sorted(locked)
    portions = [members[start : start + PORTION] for start in range(0, len(members), PORTION)]
    villages_of: dict[int, tuple[Policy, list[str]]] = {}
    for code in villages:
        policy = policies.policy_for(code, period)
        villages_of.setdefault(id(policy), (policy, []))[1].append(code)
    opened: set[int] = set()
    for policy, codes in villages_of.values():
        ordinary, columns = ordinary_members(period, policy).filter(village__in=codes), _columns(period, policy)
        for portion in portions:
            opened |= _insert(ordinary.filter(pk__in=portion), columns)
    return opened


def ordinary_members(period: Period, policy: Policy) -> models.QuerySet[Member]:
    """Members without a standing in the half about whom the policy has nothing to weigh."""
    me = OuterRef("pk")
    looked_at = Q(period=period) | Q(subject__in=[course.subject for course in policy.compulsory])
    if period.half == 2 and policy.per_year > 2 * policy.per_half:
        looked_at |= Q(period__year=period.year)  # the first half may pay for what the year asks besides its halves
    exempted = Exemption.objects.granted().filter(starts_on__lte=period.last_day, ends_on__gte=period.first_day)
    return Member.objects.active().filter(
        ~Exists(Standing.objects.filter(period=period, member=me)),
        ~Exists(TrainingRecord.objects.filter(looked_at, member=me)),
        ~Exists(exempted.filter(member=me)),
        ~Exists(Extension.objects.granted().filter(period=period, member=me)),
        joined_on__lt=date(period.year, 1, 1),
    )


def _columns(period: Period, policy: Policy) -> dict[str, object]:
    """What the standings of all of them say, by the rule."""
    long_ago = date(period.year, 1, 1) - timedelta(days=1)
    verdict = judge(policy=policy, period=period, joined_on=long_ago, trainings=())
    return {
        "period_id": period.pk,
        "is_serving": True,
        "needed": verdict.needed,
        "counted": verdict.counted,
        "lesson_hours": verdict.lesson_hours,
        "hours_needed": verdict.hours_needed,
        "missing_courses": verdict.missing_courses,
        "is_met": verdict.is_met,
        "met_on": verdict.met_on,
        "is_exempt": verdict.is_exempt,
        "extended_to": None,
    }


def _insert(members: models.QuerySet[Member], columns: dict[str, object]) -> set[int]:
    """One standing for each member, the villages their own and the rest of the columns alike."""
    fields = {field.attname: field for field in Standing._meta.concrete_fields}
    values = [fields[name].get_db_prep_save(value, connection) for name, value in columns.items()]
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in ("member_id", "village_id", *columns))
    try:
        chosen, parameters = members.order_by("pk").values("id", "village_id").query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that there is nobody
        return set()
    sql = (
        f"INSERT INTO {quote(Standing._meta.db_table)} ({names}) "  # noqa: S608
        f"SELECT id, village_id, {', '.join(['%s'] * len(values))} FROM ({chosen}) AS ordinary RETURNING member_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *parameters])
        return {row[0] for row in cursor.fetchall()}


def count_anew(turn: int) -> None:
    """Let PostgreSQL see how full the half has become: called after each batch, it looks after the 4th, 8th, 16th …

    Planned by what its statistics knew before the opening, that the half has no standing at all, each batch would read
    those of all batches before it: 1.3 million members then take thrice as long.
    """
    if connection.vendor == "postgresql" and turn >= 4 and turn.bit_count() == 1:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(Standing._meta.db_table)}")
