"""Fixtures of the room."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from certificates.models import Predicate
from certificates.services import issue_certificate
from tests.cast import Cast
from tests.certificates.helpers import Issued
from tests.factories import TrainingRecordFactory


@pytest.fixture(autouse=True)
def private_files(settings: Settings, tmp_path: Path) -> Path:
    """Private storage of this test alone."""
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": str(tmp_path / "private"), "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    return tmp_path / "private"


@pytest.fixture
def predicates(db: None) -> None:
    """The bands that the data migration brings; a flushed database has lost them."""
    for minimum, label in [(90, "Sangat Memuaskan"), (80, "Memuaskan"), (70, "Baik"), (0, "Cukup")]:
        Predicate.objects.get_or_create(minimum=minimum, defaults={"label": label})


@pytest.fixture
def issued(cast: Cast, predicates: None, private_files: Path) -> Issued:
    """The member's certificate, with its file."""
    record = TrainingRecordFactory(member=cast.member)
    return Issued(cast=cast, certificate=issue_certificate(record_id=record.pk), files=private_files)


@pytest.fixture
def count_sql() -> Callable[[], CaptureQueriesContext]:
    """Counts the statements inside its block."""
    return lambda: CaptureQueriesContext(connection)
