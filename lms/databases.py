"""How the one database is opened."""

from pathlib import Path
from typing import Any

import environ


def database_settings(env: environ.Env, *, data_dir: Path) -> dict[str, Any]:
    """What DATABASE_URL names, by default a SQLite file beside the data."""
    database: dict[str, Any] = env.db("DATABASE_URL", default=f"sqlite:///{data_dir / 'akademi.sqlite3'}")
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = {
            "timeout": 20,  # seconds a writer waits for the one before it
            "transaction_mode": "IMMEDIATE",  # a transaction that will write never has to upgrade its lock
            # FULL: what was answered outlives a power cut too. NORMAL may lose the last commits, and with them a number
            # that somebody holds on paper.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
        }
        database["TEST"] = {"NAME": str(data_dir / "test.sqlite3")}  # a file: threads share it as in life
    else:
        database["CONN_HEALTH_CHECKS"] = True
    database["CONN_MAX_AGE"] = 60  # opening one costs more than the queries of a page
    return database
