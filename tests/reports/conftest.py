"""People and reports of the report tests."""

import pytest
from django.test import Client

from cms.private_files import private_storage
from members.models import Member, User
from regions.models import Region
from reports.models import ReportPhoto
from reports.photo_services import add_photos
from reports.services import send_report, start_draft
from tests.cast import Cast
from tests.factories import ActivityReportFactory
from tests.files import picture


@pytest.fixture(autouse=True)
def private_folder(monkeypatch, tmp_path):
    """Each test its own private storage; the fields hold a storage object of their own, so it is moved too."""
    folder = tmp_path / "private"
    for storage in (private_storage(), ReportPhoto._meta.get_field("file").storage):
        for name in ("base_location", "location"):
            monkeypatch.setitem(vars(storage), name, str(folder))
    return folder


@pytest.fixture
def village(cast):
    return Region.objects.get(pk="63.11.01.2001")


@pytest.fixture
def draft(cast: Cast):
    """A complete draft of the cast's member."""
    return ActivityReportFactory(reporter=cast.member.user, reporter_name=cast.member.name)


@pytest.fixture
def sent(draft, cast):
    """The same, sent."""
    return send_report(report=draft, by=cast.member.user)


@pytest.fixture
def empty_draft(cast, village):
    return start_draft(by=cast.member.user, village=village, position="Anggota Satlinmas")


@pytest.fixture
def as_user(client):
    """A browser of this user or member: `as_user(cast.member).get(…)`."""

    def log_in(person: User | Member) -> Client:
        client.force_login(person.user if isinstance(person, Member) else person)
        return client

    return log_in


@pytest.fixture
def photographed(draft):
    """The draft with one photo in place 1."""
    add_photos(report=draft, uploads=[picture()])
    return draft


FORM = {
    "kind": "patrol",
    "start_date": "2026-11-20",
    "start_time": "20:00",
    "end_time": "23:00",
    "end_date": "",
    "place": "RT 03",
    "coordinates": "",
    "basis": "",
    "others_present": "Babinsa",
    "account": "Berkumpul.\nBerkeliling.",
    "result": "Aman.",
    "obstacles": "",
    "follow_up": "",
}
