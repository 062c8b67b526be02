"""What the migrations brought: made once, copied for each process, put back after every test that really commits.

Migrating takes longer than most test files, so the first process of a run migrates while the others wait (or
`make templates` did it before), and the migrated database is kept for later runs: as a file beside the data on SQLite,
as a database of the server on PostgreSQL. Django puts the migrated rows back by deserializing each as an object, which
costs half a second a test; plain rows take hundredths of it.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, TextIO

import pytest
from django.conf import settings
from django.core.management.color import Style
from django.db import OperationalError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

Rows = dict[str, tuple[list[str], list[tuple[object, ...]]]]  # by table: its columns, and what they held


class Template(Protocol):
    """A migrated database that is kept."""

    def exists(self) -> bool: ...
    def copy(self) -> None:
        """Make the test database of this process from it."""

    def keep(self) -> None:
        """Make it from the freshly migrated test database of this process, and forget the ones before it."""

    def forget_others(self) -> None:
        """Remove what other migrations brought, but for what is in use."""

    def clear(self) -> None:
        """Remove the copy, where a run leaves none behind."""


def _digest() -> str:
    """Of all migrations and packages: others give another template."""
    root = Path(settings.BASE_DIR)
    digest = hashlib.sha256((root / "constraints.txt").read_bytes())
    for path in sorted(root.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


class FileTemplate:
    """A file beside the data."""

    def __init__(self) -> None:
        self.path = Path(settings.DATA_DIR) / f"test-template-{_digest()}.sqlite3"

    def exists(self) -> bool:
        return self.path.exists()

    def copy(self) -> None:
        target = Path(connection.settings_dict["TEST"]["NAME"])
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.path, target)

    def keep(self) -> None:
        part = self.path.with_suffix(f".{os.getpid()}")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(part)])
        part.rename(self.path)
        self.forget_others()

    def forget_others(self) -> None:
        for path in self.path.parent.glob("test-template-*"):
            if path != self.path:
                path.unlink(missing_ok=True)

    def clear(self) -> None:
        """The next run writes over it."""


class ServerTemplate:
    """A database of the server, which copies it file by file."""

    def __init__(self) -> None:
        name = connection.settings_dict["NAME"]
        self.target = connection.settings_dict["TEST"]["NAME"] or f"test_{name}"
        self.prefix = f"test_{name}_template_"
        self.name = self.prefix + _digest()

    def exists(self) -> bool:
        return self.name in self._kept()

    def copy(self) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self.target}"')
        self._run(f'CREATE DATABASE "{self.target}" TEMPLATE "{self.name}"')

    def keep(self) -> None:
        connection.close()  # the server copies only what nobody is connected to
        self.forget_others()
        self._run(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.target}"')

    def forget_others(self) -> None:
        for other in self._kept() - {self.name}:
            with suppress(OperationalError):  # another tree of the same name is copying it
                self._run(f'DROP DATABASE IF EXISTS "{other}"')

    def clear(self) -> None:
        connection.close()
        self._run(f'DROP DATABASE "{self.target}"')

    def _kept(self) -> set[str]:
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.prefix])
            return {name for (name,) in cursor.fetchall()}

    @staticmethod
    def _run(statement: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


@contextmanager
def locked() -> Iterator[TextIO]:
    """No other process of this tree makes the template meanwhile."""
    path = Path(settings.DATA_DIR) / "test-template.lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


def template_of_this_tree() -> Template:
    """Where the migrated database of this tree is kept."""
    return FileTemplate() if connection.vendor == "sqlite" else ServerTemplate()


@pytest.fixture(scope="session")
def one_at_a_time(django_db_modify_db_settings: None) -> Iterator[TextIO]:
    """Held until there is a template: who comes later finds one."""
    with locked() as lock:
        yield lock


@pytest.fixture(scope="session")
def template(django_db_modify_db_settings: None) -> Template:
    return template_of_this_tree()


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_keepdb: bool, one_at_a_time: TextIO, template: Template, django_db_blocker: DjangoDbBlocker
) -> bool:
    """Start from the kept database, where there is one."""
    connection.creation.serialize_db_to_string = str  # `_migrated_rows` are read instead
    with django_db_blocker.unblock():
        if django_db_keepdb or not template.exists():
            return django_db_keepdb
        template.copy()
    return True


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_keepdb: bool,
    one_at_a_time: TextIO,
    template: Template,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Keep the freshly migrated database, and its rows for every committing test."""
    with django_db_blocker.unblock():
        if not template.exists():
            template.keep()
        fcntl.flock(one_at_a_time, fcntl.LOCK_UN)
        connection._test_serialized_contents = _migrated_rows()
    connection.creation.deserialize_db_from_string = restore_rows
    connection.ops.sql_flush = _deletes
    yield
    if django_db_keepdb and not request.config.getoption("reuse_db"):  # who asked for it keeps the copy, too
        with django_db_blocker.unblock():
            template.clear()


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
