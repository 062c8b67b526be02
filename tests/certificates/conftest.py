"""Fixtures of the room."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from certificates.models import Certificate, Predicate
from certificates.services import issue_certificate
from tests.cast import Cast
from tests.certificates.helpers import Issued
from tests.factories import TrainingRecordFactory


def private_storage_in(folder: Path) -> dict[str, object]:
    """The setting STORAGES with private storage in this folder."""
    options = {"location": str(folder), "base_url": None}
    return {**django_settings.STORAGES, "private": {**django_settings.STORAGES["private"], "OPTIONS": options}}


@pytest.fixture(autouse=True)
def private_files(settings: Settings, tmp_path: Path) -> Path:
    """Private storage of this test alone."""
    settings.STORAGES = private_storage_in(tmp_path / "private")
    return tmp_path / "private"


@pytest.fixture
def predicates(db: None) -> None:
    """The bands that the data migration brings; a flushed database has lost them."""
    for minimum, label in [(90, "Sangat Memuaskan"), (80, "Memuaskan"), (70, "Baik"), (0, "Cukup")]:
        Predicate.objects.get_or_create(minimum=minimum, defaults={"label": label})


def issue(cast: Cast, files: Path) -> Issued:
    record = TrainingRecordFactory(member=cast.member)
    return Issued(cast=cast, certificate=issue_certificate(record_id=record.pk), files=files)


@pytest.fixture(scope="module")
def issued_once(cast_once: Cast, tmp_path_factory: pytest.TempPathFactory) -> Issued:
    """The member's certificate and its file, printed once for a module that says `usefixtures("issued_once")`."""
    folder = tmp_path_factory.mktemp("issued")
    with override_settings(STORAGES=private_storage_in(folder)):
        return issue(cast_once, folder)


@pytest.fixture
def issued(request: pytest.FixtureRequest, cast: Cast, predicates: None, private_files: Path) -> Issued:
    """The member's certificate, with its file."""
    if "issued_once" not in request.fixturenames:
        return issue(cast, private_files)
    once: Issued = request.getfixturevalue("issued_once")
    shutil.copytree(once.files, private_files)
    return Issued(cast=cast, certificate=Certificate.objects.get(pk=once.certificate.pk), files=private_files)


@pytest.fixture
def count_sql() -> Callable[[], CaptureQueriesContext]:
    """Counts the statements inside its block."""
    return lambda: CaptureQueriesContext(connection)
