"""`/perpanjangan/`: a member asks for longer, an officer of their village or above answers."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from members.models import Member, User
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory, grant
from training.exemption_services import ask_extension, grant_extension
from training.models import Extension, Standing
from training.services import open_period, record_training

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
AFTER = datetime(2027, 1, 10, 3, tzinfo=UTC)
LIST = "/perpanjangan/"
Clock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    def set_to(moment: datetime) -> None:
        monkeypatch.setattr("training.services.timezone.now", lambda: moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def opened(cast: Cast, clock: Clock) -> Cast:
    open_period(period=PeriodFactory(), now=NOW)
    return cast


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def phone(opened: Cast) -> Client:
    """The browser of Ahmad, who owes Semester II 2026."""
    return browser(opened.member.user)


def form_data(**facts: object) -> dict[str, object]:
    return {"period": PeriodFactory().pk, "until": "2027-01-31", "reason": "Melaut", **facts}


def ask(member: Member) -> Extension:
    return ask_extension(
        member=member, period=PeriodFactory(), until=date(2027, 1, 31), reason="Melaut", by=member.user
    )


def address(name: str, extension: Extension) -> str:
    return reverse(f"training:{name}", args=[extension.uuid])


# --- a member asks ------------------------------------------------------------------------------


def test_a_member_asks(opened: Cast, phone: Client, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        page = phone.get(LIST).content.decode()
    assert "Semester II 2026 (paling lama sampai 31 Maret 2027)" in page
    page = phone.post(LIST, form_data(), follow=True).content.decode()
    assert "Permohonan terkirim" in page
    assert "sampai 31 Januari 2027" in page
    assert "Menunggu</span>" in page
    assert "Kirim permohonan" not in page  # one a half
    extension = Extension.objects.get()
    assert (extension.member, extension.asked_by, extension.until) == (
        opened.member,
        opened.member.user,
        date(2027, 1, 31),
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"until": "2026-12-31"}, "Pilih tanggal setelah akhir periode"),
        ({"until": "2027-04-01"}, "Pilih tanggal setelah akhir periode"),
        ({"until": "lusa"}, "Tulis tanggal seperti 17/08/2026."),
        ({"until": ""}, "Isi tanggalnya."),
        ({"reason": " "}, "Tulis alasannya."),
        ({"period": ""}, "Pilih semesternya."),
        ({"period": "999"}, "Pilih semester dari daftar."),
    ],
)
def test_what_cannot_be_asked(phone: Client, facts: dict[str, str], words: str):
    page = phone.post(LIST, form_data(**{"reason": "Sedang melaut", **facts})).content.decode()
    assert words in page
    if "reason" not in facts:
        assert "Sedang melaut" in page
    assert not Extension.objects.exists()


def test_a_half_that_is_not_theirs_to_extend(phone: Client):
    other = PeriodFactory(year=2026, half=1)
    assert "Pilih semester dari daftar." in phone.post(LIST, form_data(period=other.pk)).content.decode()


def test_a_day_that_has_passed(opened: Cast, clock: Clock):
    clock(AFTER)
    page = browser(opened.member.user).post(LIST, form_data(until="2027-01-05")).content.decode()
    assert "Pilih tanggal setelah akhir periode" in page
    assert not Extension.objects.exists()


def test_who_owes_nothing_reads_why_there_is_no_form(opened: Cast, phone: Client):
    record_training(member=opened.member, source="a", kind="online", title="Dasar", lesson_hours=4, completed_at=NOW)
    assert "Tidak ada yang perlu diperpanjang" in phone.get(LIST).content.decode()
    phone.post(LIST, form_data())
    assert not Extension.objects.exists()


def test_the_last_half_while_it_is_owed(opened: Cast, clock: Clock):
    clock(AFTER)
    phone = browser(opened.member.user)
    open_period(period=PeriodFactory(year=2027, half=1), now=AFTER)
    page = phone.get(LIST).content.decode()
    assert page.index("Semester I 2027 (") < page.index("Semester II 2026 (")
    phone.post(LIST, form_data())
    assert Extension.objects.get().period.code == "2026-2"
    clock(datetime(2027, 4, 1, 3, tzinfo=UTC))  # 90 days after it nothing helps any more
    assert "Semester II 2026 (" not in browser(opened.member.user).get(LIST).content.decode()


def test_a_refused_one_may_be_asked_again(opened: Cast, phone: Client):
    extension = ask(opened.member)
    browser(opened.village_officer).post(address("extension_refuse", extension), {"reason": "Masih ada waktu"})
    page = phone.get(LIST).content.decode()
    assert "Ditolak" in page
    assert "Kirim permohonan" in page
    assert "Masih ada waktu" in phone.get(address("extension", extension)).content.decode()


def test_a_member_sees_their_own_and_nobody_elses(opened: Cast, phone: Client):
    mine, theirs = ask(opened.member), ask(opened.other_member)
    page = phone.get(address("extension", mine)).content.decode()
    assert "Menunggu jawaban aparat desa" in page
    assert "Setujui" not in page
    assert phone.get(address("extension", theirs)).status_code == 404
    assert "Permohonan di wilayah saya" not in phone.get(LIST).content.decode()


@pytest.mark.parametrize("who", ["stranger", "trainer", "liaison"])
def test_others_are_refused(opened: Cast, who: str):
    extension = ask(opened.member)
    client = browser(getattr(opened, who))
    assert client.get(LIST).status_code == 403
    assert client.get(address("extension", extension)).status_code == 403
    assert client.post(address("extension_grant", extension)).status_code == 403
    assert browser(opened.pending_member.user).post(LIST, form_data()).status_code == 403


# --- an officer answers -------------------------------------------------------------------------


def names(response) -> list[str]:
    return [extension.member.name for extension in response.context["page_obj"]]


def test_the_officers_list_has_what_waits_first(opened: Cast):
    answered = ask(opened.member)
    grant_extension(extension=answered, by=opened.village_officer)
    for member in (opened.other_member, opened.neighbour_member):
        ask(member)
    client = browser(opened.district_officer)
    assert names(client.get(LIST)) == ["Siti Rahmah", "Ahmad Riduan"]
    assert names(client.get(f"{LIST}?status=granted")) == ["Ahmad Riduan"]
    assert names(client.get(f"{LIST}?cari=siti")) == ["Siti Rahmah"]
    assert names(client.get(f"{LIST}?wilayah=63.11.02&status=x&page=z")) == ["Siti Rahmah", "Ahmad Riduan"]
    assert names(browser(opened.village_officer).get(LIST)) == ["Ahmad Riduan"]
    assert len(names(browser(opened.admin).get(LIST))) == 3
    assert "Tidak ada yang cocok" in client.get(f"{LIST}?cari=zzz").content.decode()
    assert "Belum ada permohonan" in browser(grant_officer(opened)).get(LIST).content.decode()


def grant_officer(cast: Cast) -> User:
    """The officer of a village where nobody asks."""
    grant(cast.stranger, "63.09.01.2001")
    return cast.stranger


def test_a_page_holds_25_in_few_queries(opened: Cast, django_assert_max_num_queries):
    for member in MemberFactory.create_batch(30):
        Extension.objects.create(member=member, period=PeriodFactory(), until=date(2027, 1, 31), reason="x")
    client = browser(opened.district_officer)
    with django_assert_max_num_queries(9):
        page = client.get(LIST)
    assert len(names(page)) == 25
    assert "1–25 dari 30 permohonan" in page.content.decode()


@pytest.mark.parametrize("who", ["village_officer", "district_officer", "regency_officer", "admin"])
def test_officers_of_the_village_and_above_grant(opened: Cast, who: str):
    extension, client = ask(opened.member), browser(getattr(opened, who))
    page = client.get(address("extension", extension)).content.decode()
    assert "Menunggu keputusan Anda" in page
    assert "Kurang 1 pelatihan, paling lambat 31 Desember 2026." in page
    page = client.post(address("extension_grant", extension), follow=True).content.decode()
    assert "Disetujui. Ahmad Riduan diberi tahu." in page
    assert Standing.objects.get(member=opened.member).extended_to == date(2027, 1, 31)
    assert "sudah diputuskan" in client.post(address("extension_grant", extension), follow=True).content.decode()


def test_refuse_asks_for_a_reason(opened: Cast):
    extension, client = ask(opened.member), browser(opened.village_officer)
    assert "Batas waktu Ahmad Riduan untuk Semester II 2026 tetap." in (
        client.get(address("extension_refuse", extension)).content.decode()
    )
    assert "Tuliskan alasannya." in client.post(address("extension_refuse", extension)).content.decode()
    assert Extension.objects.get().is_waiting
    page = client.post(address("extension_refuse", extension), {"reason": "Masih ada waktu"}, follow=True)
    assert "Masih ada waktu" in page.content.decode()
    assert Extension.objects.get().status == "refused"
    page = client.post(address("extension_refuse", extension), {"reason": "x"}, follow=True)
    assert "sudah diputuskan" in page.content.decode()


@pytest.mark.parametrize("who", ["neighbour_village_officer", "neighbour_district_officer"])
def test_a_neighbours_request_is_not_there(opened: Cast, who: str):
    extension, client = ask(opened.member), browser(getattr(opened, who))
    assert client.get(address("extension", extension)).status_code == 404
    for name in ("extension_grant", "extension_refuse"):
        assert client.post(address(name, extension), {"reason": "x"}).status_code == 404
    assert Extension.objects.get().is_waiting


def test_nobody_answers_themselves_whatever_their_role(opened: Cast, phone: Client):
    grant(opened.member.user, "63.11")
    extension = ask(opened.member)
    page = phone.get(LIST).content.decode()
    assert "Permohonan saya" in page
    assert "Permohonan di wilayah saya" in page
    assert "Setujui" not in phone.get(address("extension", extension)).content.decode()
    for name in ("extension_grant", "extension_refuse"):
        assert phone.post(address(name, extension), {"reason": "x"}).status_code == 403
    assert Extension.objects.get().is_waiting
    other = ask(opened.other_member)
    assert "Setujui" in phone.get(address("extension", other)).content.decode()
