"""Fixtures that every room shares."""

import pytest

from tests.cast import Cast, make_cast
from tests.factories import make_regions
from tests.worker import background, worker_process

__all__ = ["background", "cast", "regions", "worker_process"]


@pytest.fixture
def regions(db: None) -> None:
    """The cast's corner of the country."""
    make_regions()


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, in the database."""
    return make_cast()
