"""`/akun/`: my data, where I stand, my consents, and the correction of a refused registration."""

import pytest
from django.test import Client

from members.models import Member
from members.services import refuse_member, register_member
from tests.cast import Cast
from tests.members.people import PASSWORD, personal_data

CORRECTION = {
    "name": "Budi Santoso",
    "nik": "",
    "birth_date": "1990-05-20",
    "sex": "m",
    "phone": "0812-3456-7890",
    "village": "63.11.01.2001",
}


@pytest.fixture
def refused(cast: Cast, client: Client) -> Member:
    """Somebody whose registration was refused, logged in."""
    member = register_member(data=personal_data(), password=PASSWORD)
    client.force_login(member.user)
    return refuse_member(member=member, by=cast.village_officer, reason="Nama tidak sama\ndengan KTP")


def test_a_member_sees_their_own_data(cast: Cast, client: Client, django_assert_max_num_queries):
    client.force_login(cast.member.user)
    with django_assert_max_num_queries(9):
        page = client.get("/akun/").content.decode()
    for text in ("Ahmad Riduan", cast.member.number, "Desa Muara Ninian, Kec. Juai", "20 Mei 1985", "Anggota aktif"):
        assert text in page
    assert cast.member.nik_masked in page
    assert cast.member.nik.digits not in page


def test_an_officer_without_membership_sees_their_roles(cast: Cast, client: Client):
    client.force_login(cast.district_officer)
    page = client.get("/akun/").content.decode()
    assert "Kec. Juai" in page
    assert "Persetujuan saya" not in page


@pytest.mark.parametrize(
    ("who", "words"), [("liaison", "Anda mitra Kec. Juai"), ("stranger", "Akun ini belum punya peran")]
)
def test_who_starts_here_reads_what_the_account_is_for(who: str, words: str, cast: Cast, client: Client):
    client.force_login(getattr(cast, who))
    page = client.get("/akun/").content.decode()
    assert words in page
    assert 'href="/kursus/"' in page
    client.force_login(cast.village_officer)
    assert words not in client.get("/akun/").content.decode()


def test_consents_are_given_and_withdrawn(cast: Cast, client: Client):
    client.force_login(cast.member.user)
    assert client.post("/akun/persetujuan/", {"whatsapp": "on"})["Location"] == "/akun/"
    member = Member.objects.get(pk=cast.member.pk)
    assert (member.whatsapp_consent_at is None, member.photo_consent_at is None) == (False, True)
    assert "Diberikan" in client.get("/akun/").content.decode()
    client.post("/akun/persetujuan/", {})
    assert Member.objects.get(pk=cast.member.pk).whatsapp_consent_at is None


def test_consent_is_a_members(cast: Cast, client: Client):
    client.force_login(cast.district_officer)
    assert client.post("/akun/persetujuan/", {"whatsapp": "on"}).status_code == 404


def test_a_refused_person_reads_why_and_what_to_do(refused: Member, client: Client):
    page = client.get("/akun/").content.decode()
    assert "Nama tidak sama<br>dengan KTP" in page
    assert "/akun/perbaiki/" in page


def test_the_correction_shows_what_was_sent_but_not_the_nik(refused: Member, client: Client):
    page = client.get("/akun/perbaiki/").content.decode()
    for text in ("Budi Santoso", "1990-05-20", "0812-3456-7890", "63.11.01.2001"):
        assert f'value="{text}"' in page
    assert "9901012005900001" not in page


def test_a_correction_waits_again_and_keeps_the_nik(refused: Member, client: Client):
    assert client.post("/akun/perbaiki/", {**CORRECTION, "name": "Budi S."})["Location"] == "/akun/"
    member = Member.objects.get(pk=refused.pk)
    assert (member.status, member.name, member.nik.digits) == ("pending", "Budi S.", "9901012005900001")
    assert "Menunggu verifikasi" in client.get("/akun/").content.decode()


def test_a_correction_may_change_the_nik(refused: Member, client: Client):
    client.post("/akun/perbaiki/", {**CORRECTION, "nik": "9901012005900002"})
    assert Member.objects.get(pk=refused.pk).nik.digits == "9901012005900002"


def test_a_wrong_correction_keeps_what_was_typed(refused: Member, client: Client):
    page = client.post("/akun/perbaiki/", {**CORRECTION, "nik": "123", "name": "Budi S."}).content.decode()
    assert 'value="Budi S."' in page
    assert 'value="123"' in page
    assert Member.objects.get(pk=refused.pk).status == Member.Status.REFUSED


@pytest.mark.parametrize("who", ["member", "pending_member"])
def test_only_a_refused_registration_is_corrected(who: str, cast: Cast, client: Client):
    client.force_login(getattr(cast, who).user)
    assert client.get("/akun/perbaiki/").status_code == 404
    assert client.post("/akun/perbaiki/", CORRECTION).status_code == 404
