"""`/perpanjangan/anggota/<uuid>/`: an officer asks for longer in a member's place, and another one answers."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from members.models import Member, User
from notifications.models import Notice
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory
from training.errors import AskedByYou
from training.exemption_services import ask_exemption, ask_extension, grant_exemption, grant_extension, refuse_extension
from training.models import Extension
from training.services import open_period, record_training

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
BUTTON = "Minta perpanjangan waktu"


@pytest.fixture
def offline(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Member:
    """A member of Muara Ninian without an account, who owes Semester II 2026."""
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)
    member: Member = MemberFactory(name="Datu Guru", user=None)
    open_period(period=PeriodFactory(), now=NOW)
    return member


def browser(user: User | None) -> Client:
    client = Client()
    assert user
    client.force_login(user)
    return client


def page_of(member: Member) -> str:
    return f"/perpanjangan/anggota/{member.uuid}/"


def form_data(**facts: object) -> dict[str, object]:
    return {"period": PeriodFactory().pk, "until": "2027-01-31", "reason": "Melaut", **facts}


def test_an_officer_asks_for_a_member_without_an_account(cast: Cast, offline: Member, django_assert_max_num_queries):
    officer = browser(cast.village_officer)
    assert f'href="{page_of(offline)}"' in officer.get(f"/anggota/{offline.pk}/").content.decode()
    with django_assert_max_num_queries(8):
        page = officer.get(page_of(offline)).content.decode()
    assert "Anda meminta waktu lagi untuk Datu Guru (Desa Muara Ninian)" in page
    page = officer.post(page_of(offline), form_data(), follow=True).content.decode()
    assert "Permohonan terkirim dan menunggu keputusan petugas lain." in page
    assert "oleh Kades Muara Ninian" in page
    assert "Permohonan ini Anda ajukan, jadi petugas lain yang memutuskan." in page
    assert "Setujui" not in page
    extension = Extension.objects.get()
    assert (extension.member, extension.asked_by) == (offline, cast.village_officer)
    assert extension.until == date(2027, 1, 31)
    told = officer.get(f"/anggota/{offline.pk}/").content.decode()
    assert f'href="/perpanjangan/{extension.uuid}/">Permohonan perpanjangan waktu sampai 31 Januari 2027</a>' in told
    assert Notice.objects.get().user == cast.district_officer  # the village has no other officer


def test_a_members_page_tells_of_a_dispensasi_that_waits(cast: Cast, offline: Member):
    days = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31), "kind": "illness", "reason": "Patah kaki"}
    (asked,) = ask_exemption(members=[offline], by=cast.village_officer, **days)
    page = browser(cast.village_officer).get(f"/anggota/{offline.pk}/").content.decode()
    assert f'href="/dispensasi/{asked.uuid}/">Permohonan dispensasi 1 Juli 2026–31 Desember 2026</a>' in page
    grant_exemption(exemption=asked, by=cast.district_officer)
    page = browser(cast.village_officer).get(f"/anggota/{offline.pk}/").content.decode()
    assert "Permohonan dispensasi" not in page


def test_another_officer_answers(cast: Cast, offline: Member):
    browser(cast.village_officer).post(page_of(offline), form_data())
    extension = Extension.objects.get()
    address = f"/perpanjangan/{extension.uuid}/"
    assert browser(cast.village_officer).post(f"{address}setujui/").status_code == 403
    district = browser(cast.district_officer)
    assert "Setujui" in district.get(address).content.decode()
    district.post(f"{address}setujui/")
    extension.refresh_from_db()
    assert (extension.status, extension.decided_by) == ("granted", cast.district_officer)
    notice = Notice.objects.unread().get()
    assert (notice.user, notice.title) == (cast.village_officer, "Perpanjangan waktu disetujui")
    assert (notice.path, notice.body) == (address, "")


def test_nobody_answers_what_they_asked_for(cast: Cast, offline: Member):
    extension = ask_extension(
        member=offline, period=PeriodFactory(), until=date(2027, 1, 31), reason="Melaut", by=cast.village_officer
    )
    with pytest.raises(AskedByYou):
        grant_extension(extension=extension, by=cast.village_officer)
    with pytest.raises(AskedByYou):
        refuse_extension(extension=extension, by=cast.village_officer, reason="x")
    list_of_mine = browser(cast.village_officer).get("/perpanjangan/?status=saya").content.decode()
    assert "Datu Guru" not in list_of_mine
    assert "Datu Guru" in browser(cast.district_officer).get("/perpanjangan/?status=saya").content.decode()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"until": "2027-04-01"}, "Pilih tanggal setelah akhir periode"),
        ({"reason": " "}, "Tulis alasannya."),
        ({"period": "999"}, "Pilih semester dari daftar."),
    ],
)
def test_what_cannot_be_asked(cast: Cast, offline: Member, facts: dict[str, str], words: str):
    page = browser(cast.village_officer).post(page_of(offline), form_data(**facts)).content.decode()
    assert words in page
    assert not Extension.objects.exists()


def test_who_owes_nothing_needs_no_longer(cast: Cast, offline: Member):
    record_training(member=offline, source="a", kind="online", title="Dasar", lesson_hours=4, completed_at=NOW)
    officer = browser(cast.village_officer)
    assert BUTTON not in officer.get(f"/anggota/{offline.pk}/").content.decode()
    assert "Tidak ada yang perlu diperpanjang" in officer.get(page_of(offline)).content.decode()
    officer.post(page_of(offline), form_data())
    assert not Extension.objects.exists()


def test_a_member_elsewhere_or_not_active_is_not_found(cast: Cast, offline: Member):
    officer = browser(cast.village_officer)
    for member in (cast.neighbour_member, cast.pending_member):
        assert officer.post(page_of(member), form_data()).status_code == 404
    assert not Extension.objects.exists()


def test_ones_own_request_is_asked_for_where_every_member_does(cast: Cast, offline: Member):
    Member.objects.filter(pk=offline.pk).update(user=cast.village_officer)
    officer = browser(cast.village_officer)
    assert officer.post(page_of(offline), form_data())["Location"] == "/perpanjangan/"
    assert page_of(offline) not in officer.get(f"/anggota/{offline.pk}/").content.decode()
    assert not Extension.objects.exists()
