"""`/pelatihan/<pk>/batalkan/`: what will happen, the reason, then the deed; and the trainings on a member's page."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from certificates.models import Certificate
from certificates.services import issue_certificate
from members.models import User
from tests.cast import Cast
from tests.factories import PeriodFactory, grant
from training.models import Policy, Reversal, Standing, TrainingRecord
from training.services import open_period, record_training, reverse_training

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def trained(cast: Cast, source: str = "a", at: datetime = NOW, **facts) -> TrainingRecord:
    values = {"kind": "online", "title": "Dasar Hukum", "lesson_hours": 4, **facts}
    return record_training(member=cast.member, source=source, completed_at=at, **values)


@pytest.fixture
def record(cast: Cast) -> TrainingRecord:
    """The one training with which Ahmad has met the half."""
    open_period(period=PeriodFactory(), now=NOW)
    return trained(cast)


@pytest.fixture
def officer(cast: Cast) -> Client:
    """The browser of Juai's officer."""
    return browser(cast.district_officer)


def address(record: TrainingRecord) -> str:
    return reverse("training:reverse", args=[record.pk])


def member_page(client: Client, cast: Cast) -> str:
    return client.get(f"/anggota/{cast.member.pk}/").content.decode()


# --- taking back --------------------------------------------------------------------------------


def test_what_will_happen_is_said_first(officer: Client, record: TrainingRecord, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page = officer.get(address(record)).content.decode()
    assert "Ahmad Riduan tidak lagi memenuhi kewajiban Semester II 2026." in page
    assert "DICABUT" in page
    assert "Dasar Hukum" in page
    assert not Reversal.objects.exists()


def test_one_of_two_changes_no_duty(cast: Cast, officer: Client, record: TrainingRecord):
    trained(cast, "b")
    page = officer.get(address(record)).content.decode()
    assert "Kewajiban yang sudah terpenuhi tetap terpenuhi." in page
    assert "tidak lagi memenuhi" not in page


def test_a_half_that_it_paid_for_is_named_too(cast: Cast, officer: Client, record: TrainingRecord):
    Policy.objects.create(region_id="63", per_year=3, per_half=1)
    spring = datetime(2026, 3, 1, tzinfo=UTC)
    trained(cast, "c", spring)
    extra = trained(cast, "d", spring)
    page = officer.get(address(extra)).content.decode()
    assert "tidak lagi memenuhi kewajiban Semester II 2026." in page
    officer.post(address(extra), {"reason": "Ganda"})
    assert not Standing.objects.get(member=cast.member, period=PeriodFactory()).is_met  # as was said


def test_it_is_taken_back_with_its_certificate(
    cast: Cast, officer: Client, record: TrainingRecord, django_capture_on_commit_callbacks
):
    issue_certificate(record_id=record.pk)
    with django_capture_on_commit_callbacks(execute=True):
        response = officer.post(address(record), {"reason": "Salah orang"})
    assert response["Location"] == f"/anggota/{cast.member.pk}/"
    page = member_page(officer, cast)
    assert "Catatan pelatihan “Dasar Hukum” dibatalkan." in page
    assert "Salah orang" in page
    assert not Standing.objects.get(member=cast.member).is_met
    assert Certificate.objects.get().status == "revoked"
    assert Reversal.objects.get().reversed_by == cast.district_officer


def test_a_reason_is_asked_for(officer: Client, record: TrainingRecord):
    assert "Tuliskan alasannya." in officer.post(address(record), {"reason": " "}).content.decode()
    assert not Reversal.objects.exists()


def test_once_only(cast: Cast, officer: Client, record: TrainingRecord):
    reverse_training(record=record, reason="Ganda", by=cast.admin)
    for response in (officer.get(address(record), follow=True), officer.post(address(record), {"reason": "x"})):
        assert response.status_code in (200, 302)
    assert "sudah dibatalkan" in member_page(officer, cast)
    assert Reversal.objects.get().reason == "Ganda"


@pytest.mark.parametrize(
    ("who", "answer"),
    [("village_officer", 403), ("neighbour_district_officer", 404), ("trainer", 403), ("stranger", 403)],
)
def test_others_do_not(cast: Cast, record: TrainingRecord, who: str, answer: int):
    client = browser(getattr(cast, who))
    assert client.get(address(record)).status_code == answer
    assert client.post(address(record), {"reason": "x"}).status_code == answer
    assert not Reversal.objects.exists()


def test_nobody_takes_back_their_own(cast: Cast, record: TrainingRecord):
    grant(cast.member.user, "63.11.01")
    client = browser(cast.member.user)
    assert client.get(address(record)).status_code == 403
    assert client.post(address(record), {"reason": "x"}).status_code == 403
    assert "Batalkan catatan" not in member_page(client, cast)
    assert not Reversal.objects.exists()


def test_a_number_that_no_training_has(officer: Client):
    assert officer.get("/pelatihan/99999999999999999999/batalkan/").status_code == 404


# --- on the member's page -----------------------------------------------------------------------


def test_the_trainings_and_the_year_of_a_member(
    cast: Cast, officer: Client, record: TrainingRecord, django_assert_max_num_queries
):
    taken_back = trained(cast, "b", title="Dapur Umum", kind="external", lesson_hours=7.5)
    reverse_training(record=taken_back, reason="Sertifikat orang lain", by=cast.admin)
    for number in range(5):
        trained(cast, f"n{number}")
    with django_assert_max_num_queries(15):
        page = member_page(officer, cast)
    for text in ("Dasar Hukum", "Kursus daring", "23 November 2026", "Semester II 2026", "Dapur Umum", "7,5"):
        assert text in page
    for text in ("Dibatalkan", "Sertifikat orang lain", "Kewajiban terpenuhi dengan", "Terpenuhi"):
        assert text in page
    assert "Semester I 2026" in page
    assert f'href="/dispensasi/baru/?anggota={cast.member.uuid}"' in page
    assert page.count(">Batalkan catatan</a>") == 6


def test_a_village_officer_reads_and_asks_only(cast: Cast, record: TrainingRecord):
    page = member_page(browser(cast.village_officer), cast)
    assert "Dasar Hukum" in page
    assert "Ajukan dispensasi" in page
    assert "Batalkan catatan" not in page


def test_without_trainings(cast: Cast, officer: Client):
    page = member_page(officer, cast)
    assert "Belum ada pelatihan yang tercatat." in page
    assert "Tidak ada catatan" in page


def test_who_waits_for_verification_has_no_trainings_yet(cast: Cast, officer: Client):
    assert "Ajukan dispensasi" not in officer.get(f"/anggota/{cast.pending_member.pk}/").content.decode()
