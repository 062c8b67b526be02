"""How the one database is opened."""

from pathlib import Path

import environ
import pytest
from django.db.utils import ConnectionHandler
from pytest_django.plugin import DjangoDbBlocker

from lms.databases import database_settings

FULL = 2  # each commit waits for the disk: what was answered outlives a power cut


def test_sqlite_lets_readers_read_and_writers_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    connections = ConnectionHandler({"default": database_settings(environ.Env(), data_dir=tmp_path)})
    with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
        said = {}
        for name in ("journal_mode", "busy_timeout", "synchronous"):
            cursor.execute(f"PRAGMA {name}")
            said[name] = cursor.fetchone()[0]
        connections.close_all()
    assert said == {"journal_mode": "wal", "busy_timeout": 20_000, "synchronous": FULL}
    assert (tmp_path / "akademi.sqlite3").exists()


def test_postgresql_checks_what_it_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("DATABASE_URL", "postgres://akademi@127.0.0.1/akademi")
    database = database_settings(environ.Env(), data_dir=tmp_path)
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert database["CONN_HEALTH_CHECKS"]
    assert "OPTIONS" not in database
