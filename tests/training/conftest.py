"""Fixtures of the room."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from cms.private_files import private_storage
from members.models import Member, User
from training.evidence_rules import Details
from training.models import Evidence, Exemption
from training.periods import current_periods
from training.services import open_period


@pytest.fixture
def private_folder(monkeypatch, tmp_path):
    """A private storage of the test's own; the field holds a storage object of its own, so it is moved too."""
    folder = tmp_path / "private"
    fields = (Evidence._meta.get_field("file"), Exemption._meta.get_field("letter"))
    for storage in (private_storage(), *(field.storage for field in fields)):
        for name in ("base_location", "location"):
            monkeypatch.setitem(vars(storage), name, str(folder))
    return folder


@pytest.fixture
def as_user(client):
    """A browser of this user or member: `as_user(cast.member).get(…)`."""

    def log_in(person: User | Member) -> Client:
        client.force_login(person.user if isinstance(person, Member) else person)
        return client

    return log_in


def details(**changes: Any) -> Details:
    """A field kitchen training of eight hours."""
    stated = {
        "title": "Pelatihan Dapur Umum",
        "organiser": "BPBD Balangan",
        "field": "bencana_kebakaran",
        "lesson_hours": Decimal(8),
        "completed_on": date(2026, 8, 17),
    }
    return Details(**{**stated, **changes})


def open_halves() -> None:
    """What the scheduler does: everybody has their standing in the half that runs."""
    for period in current_periods():
        open_period(period=period)
