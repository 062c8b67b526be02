"""`/anggota/tambah/`: an officer registers somebody who applied on paper."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Member
from tests.cast import Cast
from tests.members.people import JOINED_TODAY

VALID = {
    "name": "Hj. Rusmini",
    "nik": "9901016005700001",
    "birth_date": "1970-05-20",
    "sex": "f",
    "phone": "",
    "village": "63.11.01.2001",
    "squad": "",
}


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    """The browser of Muara Ninian's officer."""
    client.force_login(cast.village_officer)
    return client


def test_a_paper_registration_waits_like_any_other(cast: Cast, officer: Client):
    response = officer.post("/anggota/tambah/", VALID, follow=True)
    member = Member.objects.get(name="Hj. Rusmini")
    assert response.redirect_chain[-1][0] == f"/anggota/{member.pk}/"
    assert (member.status, member.user, member.phone) == ("pending", None, None)
    assert member.events.get().by == cast.village_officer
    officer.post(f"/anggota/{member.pk}/verifikasi/", JOINED_TODAY)
    assert Member.objects.get(pk=member.pk).number == "63110120010001"


def test_a_village_officer_registers_for_their_own_village(officer: Client):
    assert officer.get("/anggota/tambah/").context["form"]["village"].value() == "63.11.01.2001"
    response = officer.post("/anggota/tambah/", {**VALID, "village": "63.11.01.2002"})
    assert response.context["form"].errors["village"] == ["Desa ini di luar wilayah Anda."]
    assert not Member.objects.filter(name="Hj. Rusmini").exists()


def test_a_kecamatan_chooses_among_its_villages(cast: Cast, client: Client):
    client.force_login(cast.district_officer)
    response = client.post("/anggota/tambah/", {**VALID, "village": "63.11.02.2001"})
    assert response.context["form"].errors["village"] == ["Desa ini di luar wilayah Anda."]
    client.post("/anggota/tambah/", {**VALID, "village": "63.11.01.2002"})
    assert Member.objects.get(name="Hj. Rusmini").village_id == "63.11.01.2002"


@pytest.mark.parametrize("method", ["get", "post"])
def test_above_the_kecamatan_nobody_is_registered(method: str, cast: Cast, client: Client):
    client.force_login(cast.regency_officer)
    assert getattr(client, method)("/anggota/tambah/", VALID).status_code == 403
    assert "/anggota/tambah/" not in client.get("/anggota/").content.decode()


def test_an_error_loses_nothing(officer: Client):
    page = officer.post("/anggota/tambah/", {**VALID, "nik": "123"}).content.decode()
    for text in ("Hj. Rusmini", "123", "1970-05-20"):
        assert f'value="{text}"' in page


def test_a_married_person_under_age_is_an_exception_with_a_name_under_it(cast: Cast, officer: Client):
    young = (timezone.now() - timedelta(days=17 * 365)).date().isoformat()
    response = officer.post("/anggota/tambah/", {**VALID, "birth_date": young})
    assert "centang pengecualian" in response.content.decode()
    assert not Member.objects.filter(name="Hj. Rusmini").exists()
    officer.post("/anggota/tambah/", {**VALID, "birth_date": young, "married": "on"})
    event = Member.objects.get(name="Hj. Rusmini").events.get()
    assert (event.by, event.reason) == (cast.village_officer, "Di bawah usia minimum, sudah menikah.")


def test_the_exception_is_noted_only_where_it_was_needed(officer: Client):
    officer.post("/anggota/tambah/", {**VALID, "married": "on"})
    assert Member.objects.get(name="Hj. Rusmini").events.get().reason == ""
