"""Putting deliveries into the queue; the same event, person and channel only ever once, by constraint."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, DateTimeField, Func, QuerySet, SmallIntegerField, UUIDField, Value

from notifications.models import Delivery, State

BATCH = 1000  # rows of one INSERT


class NewUuid(Func):
    """A random UUID, made by the database."""

    function = "gen_random_uuid"
    arity = 0
    output_field = UUIDField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite keeps a UUID as 32 hexadecimal digits; version and variant do not matter to anybody here."""
        return super().as_sql(compiler, connection, template="lower(hex(randomblob(16)))", **context)


def plan(deliveries: Iterable[Delivery]) -> None:
    """Queue these; those that are queued already stay as they are. Works through any number in constant memory."""
    rows = iter(deliveries)
    while batch := list(islice(rows, BATCH)):
        Delivery.objects.bulk_create(batch, ignore_conflicts=True)


def plan_selected(people: QuerySet[Any], *, topic: str, channel: str, now: datetime) -> int:
    """Queue one delivery for each row, within the database; returns how many are new.

    The rows are annotated with `to_member`, `to_user`, `to_region`, `to_key`, `to_due_at` and `to_expires_at`. Their
    order is kept, so that two planners at once wait for each other instead of standing in each other's way.
    """
    given = {
        "member_id": "to_member",
        "user_id": "to_user",
        "region_id": "to_region",
        "key": "to_key",
        "due_at": "to_due_at",
        "expires_at": "to_expires_at",
    }
    same_for_all: dict[str, Any] = {
        "uuid": NewUuid(),
        "topic": Value(topic, CharField()),
        "channel": Value(channel, CharField()),
        "state": Value(State.PLANNED.value, CharField()),
        "attempts": Value(0, SmallIntegerField()),
        "result": Value("", CharField()),
        "planned_at": Value(now, DateTimeField()),
    }
    annotated = people.annotate(**{f"all_{name}": value for name, value in same_for_all.items()})
    rows = annotated.values_list(*given.values(), *(f"all_{name}" for name in same_for_all))
    try:
        select, parameters = rows.query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking that there is nobody
        return 0
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in [*given, *same_for_all])
    table = quote(Delivery._meta.db_table)
    with connection.cursor() as cursor:
        # The SELECT is Django's own, with its parameters apart; names are our own columns.
        cursor.execute(f"INSERT INTO {table} ({columns}) {select} ON CONFLICT DO NOTHING", parameters)
        return int(cursor.rowcount)
