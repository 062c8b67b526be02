"""Migrating takes longer than most test files: on SQLite the migrated database is kept and copied for the next run."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker


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
    """Keep the freshly migrated database for the next run."""
    if connection.vendor == "sqlite" and not _template().exists():
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            part = _template().with_suffix(f".{os.getpid()}")
            cursor.execute("VACUUM INTO %s", [str(part)])
        part.rename(_template())
