"""Secrets are made once and only their owner reads them."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lms.secret_files import read_or_create_secret


def test_a_secret_is_made_once(tmp_path: Path):
    first = read_or_create_secret(tmp_path / "secrets" / "key")
    assert read_or_create_secret(tmp_path / "secrets" / "key") == first
    assert stat.S_IMODE((tmp_path / "secrets" / "key").stat().st_mode) == 0o600
    assert len(list((tmp_path / "secrets").iterdir())) == 1


def test_two_starts_at_once_agree(tmp_path: Path):
    with ThreadPoolExecutor(20) as pool:
        found = set(pool.map(lambda _: read_or_create_secret(tmp_path / "key"), range(20)))
    assert len(found) == 1
