"""`/dispensasi/baru/`: for whom, why and how long, a look before it is sent; nothing is lost on the way."""

from datetime import date

import pytest
from django.test import Client

from members.models import Member, Squad
from tests.cast import Cast
from tests.factories import MemberFactory
from training.exemption_services import ask_exemption
from training.models import Exemption, Policy

pytestmark = pytest.mark.django_db
NEW = "/dispensasi/baru/"
FACTS = {
    "kind": "illness",
    "starts_on": "01/07/2026",
    "ends_on": "2026-12-31",
    "reason": "Patah kaki",
    "document": "440/12",
}


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    """The browser of Juai's officer."""
    client.force_login(cast.district_officer)
    return client


def uuids(*members: Member) -> list[str]:
    return [str(member.uuid) for member in members]


def hidden(html: str, name: str) -> list[str]:
    parts = html.split(f'<input type="hidden" name="{name}" value="')[1:]
    return [part.split('"')[0] for part in parts]


# --- for whom -----------------------------------------------------------------------------------


def test_the_regions_active_members_are_offered(cast: Cast, officer: Client):
    page = officer.get(NEW)
    assert [member.name for member, _is_chosen in page.context["boxes"]] == ["Ahmad Riduan", "Siti Rahmah"]
    assert cast.pending_member.name not in page.content.decode()


def test_search_keeps_what_is_ticked_and_typed(cast: Cast, officer: Client):
    data = {**FACTS, "cari": "siti", "halaman": "1", "anggota": uuids(cast.member)}
    page = officer.post(NEW, data)
    assert [member.name for member, _is_chosen in page.context["boxes"]] == ["Siti Rahmah"]
    html = page.content.decode()
    assert hidden(html, "anggota") == uuids(cast.member)
    assert hidden(html, "reason") == ["Patah kaki"]
    assert "1 anggota dipilih" in html
    assert "1 di antaranya tidak terlihat" in html


def test_page_by_page(cast: Cast, officer: Client, django_assert_max_num_queries):
    MemberFactory.create_batch(30, user=None)
    first = officer.get(NEW)
    assert len(first.context["boxes"]) == 25
    with django_assert_max_num_queries(10):
        second = officer.post(NEW, {"halaman": "2", "anggota": uuids(cast.member)})
    assert len(second.context["boxes"]) == 7
    assert hidden(second.content.decode(), "anggota") == uuids(cast.member)
    assert "26–32 dari 32 anggota aktif" in second.content.decode()


def test_everybody_on_the_page_at_once(cast: Cast, officer: Client):
    MemberFactory.create_batch(30, user=None)
    page = officer.post(NEW, {"langkah": "semua-2", "anggota": uuids(cast.member)})
    assert [is_chosen for _member, is_chosen in page.context["boxes"]] == [True] * 7
    assert hidden(page.content.decode(), "anggota") == uuids(cast.member)
    assert "8 anggota dipilih" in page.content.decode()


def test_a_whole_squad(cast: Cast, officer: Client):
    squad = Squad.objects.get(name="Dapur Umum")
    Member.objects.filter(pk=cast.other_member.pk).update(squad=squad)
    page = officer.post(NEW, {"regu": squad.pk, "halaman": "1"})
    assert [member.name for member, _is_chosen in page.context["boxes"]] == ["Siti Rahmah"]


def test_nobody_ticked(officer: Client):
    page = officer.post(NEW, {"langkah": "isi"}).content.decode()
    assert "Centang paling sedikit satu anggota" in page
    assert "Untuk siapa?" in page


def test_too_many(cast: Cast, officer: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.exemption_asking.MOST", 1)
    page = officer.post(NEW, {"langkah": "isi", "anggota": uuids(cast.member, cast.other_member)}).content.decode()
    assert "Paling banyak 1 anggota" in page
    assert "2 anggota dipilih" in page


def test_from_a_members_page(cast: Cast, officer: Client):
    page = officer.get(f"{NEW}?anggota={cast.member.uuid}").content.decode()
    assert "Untuk 1 anggota" in page
    assert "Alasan dan tanggal" in page


@pytest.mark.parametrize("who", ["neighbour_member", "pending_member"])
def test_a_neighbours_member_is_not_there(cast: Cast, officer: Client, who: str):
    stranger = getattr(cast, who)
    assert officer.get(f"{NEW}?anggota={stranger.uuid}").status_code == 404
    data = {**FACTS, "langkah": "ajukan", "anggota": uuids(cast.member, stranger)}
    page = officer.post(NEW, data).content.decode()
    assert "dikeluarkan dari pilihan" in page
    assert stranger.name not in page
    assert "Patah kaki" in page
    assert not Exemption.objects.exists()


@pytest.mark.parametrize("text", ["x", "", "00000000-0000-0000-0000-00000000000"])
def test_nonsense_in_the_address_is_harmless(officer: Client, text: str):
    assert officer.get(f"{NEW}?anggota={text}").status_code == 200


# --- why and how long ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"kind": ""}, "Pilih salah satu."),
        ({"reason": " "}, "Tulis alasannya."),
        ({"starts_on": "besok"}, "Tulis tanggal seperti 17/08/2026."),
        ({"ends_on": ""}, "Isi tanggalnya."),
        ({"ends_on": "2026-06-30"}, "sama dengan atau setelah tanggal mulai"),
        ({"ends_on": "2029-01-01"}, "paling lama dua tahun"),
    ],
)
@pytest.mark.parametrize("step", ["periksa", "ajukan"])
def test_what_cannot_be_asked(cast: Cast, officer: Client, facts: dict[str, str], words: str, step: str):
    data = {**FACTS, **facts, "langkah": step, "anggota": uuids(cast.member, cast.other_member)}
    html = officer.post(NEW, data).content.decode()
    assert words in html
    assert set(hidden(html, "anggota")) == set(uuids(cast.member, cast.other_member))
    assert "440/12" in html  # what was typed is still there
    assert not Exemption.objects.exists()


def test_coming_back_to_change_keeps_everything(cast: Cast, officer: Client):
    html = officer.post(NEW, {**FACTS, "langkah": "isi", "anggota": uuids(cast.member)}).content.decode()
    for text in ("Patah kaki", "440/12", 'value="01/07/2026"', 'value="2026-12-31"'):
        assert text in html
    assert html.count(" checked") == 1  # the kind
    html = officer.post(NEW, {**FACTS, "langkah": "pilih", "anggota": uuids(cast.member)}).content.decode()
    assert hidden(html, "reason") == ["Patah kaki"]
    assert html.count(" checked") == 1


# --- a look before it is sent -------------------------------------------------------------------


def test_whom_it_concerns_and_what_it_would_excuse(cast: Cast, officer: Client, django_assert_max_num_queries):
    others = MemberFactory.create_batch(10, user=None)
    data = {**FACTS, "langkah": "periksa", "anggota": uuids(cast.member, cast.other_member, *others)}
    with django_assert_max_num_queries(10):
        html = officer.post(NEW, data).content.decode()
    assert html.count("membebaskan Semester II 2026") == 12
    assert "Bila disetujui, untuk 12 anggota" in html
    assert not Exemption.objects.exists()


def test_by_the_policy_of_each_village_and_for_two_halves(cast: Cast, officer: Client):
    Policy.objects.create(region_id="63.11.01.2002", exempt_days=181)
    members = uuids(cast.member, cast.other_member)
    data = {**FACTS, "starts_on": "2026-07-10", "ends_on": "2027-06-30", "langkah": "periksa", "anggota": members}
    html = officer.post(NEW, data).content.decode()
    assert "membebaskan Semester II 2026 dan Semester I 2027" in html  # Ahmad: 90 days are enough
    assert "membebaskan Semester I 2027<" in html  # Siti: 175 days of 2026 are not


def test_sent_for_all_of_them(cast: Cast, officer: Client):
    data = {**FACTS, "langkah": "ajukan", "anggota": uuids(cast.member, cast.other_member)}
    response = officer.post(NEW, data, follow=True)
    assert response.redirect_chain == [("/dispensasi/", 302)]
    assert "Dispensasi diajukan untuk 2 anggota" in response.content.decode()
    found = Exemption.objects.order_by("member__name")
    assert [exemption.member for exemption in found] == [cast.member, cast.other_member]
    assert {exemption.asked_by for exemption in found} == {cast.district_officer}
    assert (found[0].starts_on, found[0].ends_on) == (date(2026, 7, 1), date(2026, 12, 31))


def test_sent_for_one_leads_to_it(cast: Cast, officer: Client):
    response = officer.post(NEW, {**FACTS, "langkah": "ajukan", "anggota": uuids(cast.member)})
    assert response["Location"] == f"/dispensasi/{Exemption.objects.get().uuid}/"


def test_who_has_the_same_already_is_named_and_left_out(cast: Cast, officer: Client):
    facts = {"kind": "other", "starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31), "reason": "x"}
    ask_exemption(members=[cast.member], by=cast.village_officer, **facts)
    data = {**FACTS, "anggota": uuids(cast.member, cast.other_member)}
    for step in ("periksa", "ajukan"):
        html = officer.post(NEW, {**data, "langkah": step}).content.decode()
        assert "Sudah punya permohonan dengan tanggal yang sama" in html
        assert hidden(html, "anggota") == uuids(cast.other_member)
    assert Exemption.objects.count() == 1
    html = officer.post(NEW, {**FACTS, "anggota": uuids(cast.member), "langkah": "periksa"}).content.decode()
    assert "Pilih anggota lain" in html
    assert 'value="ajukan"' not in html


@pytest.mark.parametrize("who", ["liaison", "trainer", "stranger"])
def test_others_are_refused(cast: Cast, client: Client, who: str):
    client.force_login(getattr(cast, who))
    data = {**FACTS, "langkah": "ajukan", "anggota": uuids(cast.member)}
    assert client.post(NEW, data).status_code == 403
    assert not Exemption.objects.exists()


def test_what_would_excuse_nobody_says_so_before_it_is_sent(cast: Cast, officer: Client):
    data = {**FACTS, "starts_on": "2026-10-04", "anggota": uuids(cast.member), "langkah": "periksa"}
    html = officer.post(NEW, data).content.decode()
    assert "1 anggota tetap wajib" in html
    assert "/perpanjangan/" in html
    assert "anggota tetap wajib" not in officer.post(NEW, {**data, "starts_on": "2026-07-01"}).content.decode()
