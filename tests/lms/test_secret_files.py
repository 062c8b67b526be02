"""Secrets are made once and only their owner reads them."""

import resource
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

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


@pytest.fixture
def full() -> Iterator[None]:
    """This process writes no byte into any file, as on a full disk."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_where_nothing_can_be_written_nothing_is_left(tmp_path: Path, full: None):
    with pytest.raises(OSError, match="too large"):
        read_or_create_secret(tmp_path / "secrets" / "key")
    assert list((tmp_path / "secrets").iterdir()) == []
