"""A real Celery worker for `make test-services`; without Redis, tasks run in-process as in the embedded default."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from lms.celery import app

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


def _environment() -> dict[str, str]:
    """The environment of a worker on the test database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_WORKER": "1"}


def _answers() -> bool:
    """Asked over a line of its own: who forks this process later would inherit one that waits, and wait, too."""
    with app.connection_for_write() as line:
        return bool(app.control.ping(timeout=1, connection=line))


@pytest.fixture(scope="session")
def worker_process(django_db_setup: None) -> Iterator[subprocess.Popen[bytes] | None]:
    """One worker process for the run; None without Redis."""
    if not settings.REDIS_URL:
        yield None
        return
    command = [sys.executable, "-m", "celery", "-A", "lms", "worker", "--concurrency=2", "--loglevel=WARNING"]
    with app.connection_for_write() as line:
        app.control.purge(connection=line)
    process = subprocess.Popen(command, cwd=ROOT, env=_environment())
    deadline = time.monotonic() + START_SECONDS
    while not _answers():
        assert process.poll() is None, "the worker died at its start"
        assert time.monotonic() < deadline, "the worker does not answer"
    yield process
    process.terminate()
    process.wait(30)


@pytest.fixture
def background(worker_process: subprocess.Popen[bytes] | None, transactional_db: None) -> Iterator[None]:
    """Tasks go to the real worker, where there is one."""
    app.conf.task_always_eager = worker_process is None
    yield
    app.conf.task_always_eager = True
