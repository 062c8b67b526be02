"""What the migrations brought: kept from run to run on SQLite, and put back after every test that really commits.

Migrating takes longer than most test files, so on SQLite the migrated database is copied for the next run. Django
puts the migrated rows back by deserializing each as an object, which costs half a second a test; plain rows take
hundredths of it.
"""

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management.color import Style
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

Rows = dict[str, tuple[list[str], list[tuple[object, ...]]]]  # by table: its columns, and what they held


def _template() -> Path:
    """Where this tree's migrated database is kept; another migration or another package gives another name."""
    root = Path(settings.BASE_DIR)
    digest = hashlib.sha256((root / "constraints.txt").read_bytes())
    for path in sorted(root.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return Path(settings.DATA_DIR) / f"test-template-{digest.hexdigest()[:16]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, django_db_modify_db_settings: None) -> bool:
    """Start from the kept database, where there is one."""
    if connection.vendor != "sqlite" or django_db_keepdb or not _template().exists():
        return django_db_keepdb
    target = Path(connection.settings_dict["TEST"]["NAME"])
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(_template(), target)
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Keep the freshly migrated database for the next run, and its rows for every committing test."""
    if connection.vendor == "sqlite" and not _template().exists():
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            part = _template().with_suffix(f".{os.getpid()}")
            cursor.execute("VACUUM INTO %s", [str(part)])
        part.rename(_template())
    with django_db_blocker.unblock():
        connection._test_serialized_contents = _migrated_rows()
    connection.creation.deserialize_db_from_string = restore_rows
    connection.ops.sql_flush = _deletes


def _deletes(style: Style, tables: Sequence[str], **_options: bool) -> list[str]:
    """What empties the tables after a committing test. PostgreSQL's TRUNCATE writes a new file for each, by seconds."""
    return [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]


def _migrated_rows() -> Rows:
    """Every row of every table that has some."""
    rows: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if found := cursor.fetchall():
                rows[table] = (
                    [column.name if hasattr(column, "name") else column[0] for column in cursor.description],
                    found,
                )
    return rows


def restore_rows(rows: Rows) -> None:
    """Put back what is missing of these rows."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table, (columns, values) in rows.items():
            names, places = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING", values)
