"""Writing many rows at once, past the models: COPY on PostgreSQL, one prepared INSERT on SQLite."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connection, connections, models

Rows = Iterable[tuple[Any, ...]]


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Rows) -> None:
    """Insert rows of plain values in the order of `names` (fields, a foreign key as `…_id`).

    Days and moments come as ISO text, moments in UTC without their zone, which both databases read alike. Columns that
    are not named get their model's default.
    """
    rest = [f for f in model._meta.concrete_fields if f.attname not in names and not f.primary_key]
    filled = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)
    column_of = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    columns = [column_of[name] for name in (*names, *(field.attname for field in rest))]
    complete = (row + filled for row in rows) if filled else rows
    _write(connection.ops.quote_name(model._meta.db_table), columns, complete)


def _write(table: str, columns: Sequence[str], rows: Rows) -> None:
    into = f"{table} ({', '.join(map(connection.ops.quote_name, columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})", list(rows))  # noqa: S608


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """So many ids of the table that nobody else gets; call it inside the transaction that uses them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
        return list(range(last + 1, last + count + 1))


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Let the database count what these tables hold now; plans for them as they were would be the wrong ones.

    PostgreSQL also notes which pages everybody may see, so that an index alone answers, as its autovacuum would later.
    """
    vacuum = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        for model in tables:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"{'VACUUM ANALYZE' if vacuum else 'ANALYZE'} {table}")


@contextmanager
def behind(writers: int) -> Iterator[Callable[[Callable[[], None]], None]]:
    """What is handed over is written while the caller prepares the next; at most so many writes are under way.

    By connections of their own, so only for a server that has the time to check keys and write indexes meanwhile, and
    never inside of a transaction; the writes must be in any order, and take their locks in one. A write's error comes
    up at a later one, or at the end.
    """
    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(max_workers=writers) as pool:

        def hand_over(write: Callable[[], None]) -> None:
            while len(under_way) >= writers:
                under_way.popleft().result()
            under_way.append(pool.submit(write))

        try:
            yield hand_over
            while under_way:
                under_way.popleft().result()
        finally:
            all_here = Barrier(writers)  # so that each thread closes what is its own
            for closed in [pool.submit(_close, all_here) for _ in range(writers)]:
                closed.result()


def _close(all_here: Barrier) -> None:
    all_here.wait()
    connections.close_all()
