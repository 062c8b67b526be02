"""What the operator set is looked at when the product starts."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from certificates.seal_keys import embedded_file
from tests.certificates.seal_files import official


def found() -> list[str]:
    """The ids of what the room complains about."""
    return [message.id for message in run_checks() if (message.id or "").startswith("certificates.")]


def seal_with(settings: Settings, folder: Path, content: bytes, password: str = "rahasia") -> None:
    (folder / "cap.p12").write_bytes(content)
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(folder / "cap.p12"), password
    settings.SECRETS_DIR = folder / "secrets"
    settings.SEAL_TSA_URL = "https://tsa.example.go.id"


def test_the_defaults_are_in_order():
    assert found() == []


def test_a_good_official_certificate_is_in_order(settings: Settings, tmp_path: Path):
    seal_with(settings, tmp_path, official())
    assert found() == []


@pytest.mark.parametrize(("days", "problem"), [(-1, "certificates.W002"), (59, "certificates.W001")])
def test_one_that_ends_is_told(settings: Settings, tmp_path: Path, days: int, problem: str):
    seal_with(settings, tmp_path, official(days=days))
    assert found() == [problem]


def test_one_without_time_stamps_is_told(settings: Settings, tmp_path: Path):
    seal_with(settings, tmp_path, official())
    settings.SEAL_TSA_URL = ""
    assert found() == ["certificates.W004"]


def test_an_embedded_key_that_is_left_behind_is_told(settings: Settings, tmp_path: Path):
    settings.SECRETS_DIR = tmp_path / "secrets"
    embedded_file()
    assert found() == []
    seal_with(settings, tmp_path, official())
    assert found() == ["certificates.W003"]


def test_a_wrong_password_is_told_without_it(settings: Settings, tmp_path: Path):
    seal_with(settings, tmp_path, official(), password="bukan-ini")
    assert found() == ["certificates.E003"]
    assert "bukan-ini" not in "".join(str(message) for message in run_checks())


@pytest.mark.parametrize("change", [{"QR_KEY": "pendek"}, {"QR_OLD_KEYS": ["pendek"]}], ids=["new", "old"])
def test_a_key_that_can_be_guessed_is_told(settings: Settings, change: dict):
    for name, value in change.items():
        setattr(settings, name, value)
    assert found() == ["certificates.E001"]


def test_a_time_stamp_authority_has_an_address(settings: Settings):
    settings.SEAL_TSA_URL = "tsa.example.go.id"
    assert found() == ["certificates.E002"]
