"""What the server has loaded before it forks its workers."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOADED = """
import lms.wsgi
from django.db import connections
from django.template import engines
from django.urls import get_resolver
assert get_resolver()._populated, "each worker reads all addresses by itself"
assert engines._engines, "each worker reads all template tags by itself"
assert all(opened.connection is None for opened in connections.all(initialized_only=True)), "workers share a connection"
"""


def test_addresses_and_tags_are_loaded_once_and_no_connection_is_open(tmp_path: Path):
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings", "DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.glob("*.sqlite3"))  # nor was one opened for a moment
