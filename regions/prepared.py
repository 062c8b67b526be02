"""Queries whose SQL Django writes once a process, for what every page asks: only the ids in them are new each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection, models

# What stands for the ids while the SQL is written: no id, and no number that a query says by itself.
_FIRST_STAND_IN = -8_675_309_000


class Prepared:
    """`Prepared(lambda user: Notice.objects.filter(user=user).values_list("pk")).rows(12)`.

    `build` takes so many ids and returns a query of plain columns: text, numbers and days, which come as the database
    hands them over. To write its SQL takes Django several times as long as the database takes to answer it.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Any, Any]], *, takes: int = 1) -> None:
        self._build, self._takes = build, takes

    @cached_property
    def _written(self) -> tuple[str, list[tuple[int | None, Any]]]:
        """The SQL, and for each of its parameters the place among the ids, or None and its value."""
        stand_ins = [_FIRST_STAND_IN - place for place in range(self._takes)]
        sql, parameters = self._build(*stand_ins).query.sql_with_params()
        places = [stand_ins.index(value) if value in stand_ins else None for value in parameters]
        if {*places} - {None} != {*range(len(stand_ins))}:
            raise TypeError("each id must come into the query as it is")
        return sql, list(zip(places, parameters, strict=True))

    def rows(self, *ids: int) -> list[tuple[Any, ...]]:
        """The rows for these ids."""
        sql, parameters = self._written
        with connection.cursor() as cursor:
            cursor.execute(sql, [value if place is None else ids[place] for place, value in parameters])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def day_of(value: date | str) -> date:
    """A day as a bare cursor hands it over: SQLite as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)
