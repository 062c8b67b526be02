"""`/anggota/<pk>/`: one member, what to look at, the decision, the NIK, a password link."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Member, MemberEvent, NikAccess, User
from members.services import register_member, verify_member
from notifications.models import Notice
from regions.timezones import local_date
from tests.cast import Cast
from tests.factories import MemberFactory, grant
from tests.members.people import JOINED_TODAY, PASSWORD, PENDING, REFUSED, joined, personal_data


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    """The browser of Muara Ninian's officer."""
    client.force_login(cast.village_officer)
    return client


@pytest.fixture
def applicant(cast: Cast) -> Member:
    """Somebody with an account who waits in Muara Ninian."""
    return register_member(data=personal_data(), email="budi@contoh.id", password=PASSWORD)


# --- looking ------------------------------------------------------------------------------------


def test_a_crowd_of_repeated_registrations_does_not_hide_the_active_member(
    cast: Cast, officer: Client, applicant: Member
):
    MemberFactory.create_batch(25, name="Aaa", nik=applicant.nik, user=None, **PENDING)
    MemberFactory(name="Zulkifli", nik=applicant.nik)
    page = officer.get(f"/anggota/{applicant.pk}/")
    assert page.context["is_blocked"]
    assert "Zulkifli, anggota aktif" in page.content.decode()


def test_no_cache_keeps_a_page_about_a_person(cast: Cast, client: Client):
    client.force_login(cast.village_officer)
    for path in (f"/anggota/{cast.pending_member.pk}/tolak/", "/anggota/tambah/", "/anggota/"):
        assert "no-store" in client.get(path)["Cache-Control"], path
    client.force_login(MemberFactory(**REFUSED).user)
    assert "no-store" in client.get("/akun/perbaiki/")["Cache-Control"]


def test_the_page_shows_the_person_with_the_nik_masked(
    cast: Cast, officer: Client, applicant: Member, django_assert_max_num_queries
):
    with django_assert_max_num_queries(9):
        page = officer.get(f"/anggota/{applicant.pk}/").content.decode()
    for text in ("Budi Santoso", "99••••••••••0001", "20 Mei 1990", "0812-3456-7890", "Desa Muara Ninian"):
        assert text in page
    assert "9901012005900001" not in page
    assert "NIK sesuai" in page


@pytest.mark.parametrize(
    ("address", "method"),
    [("", "get"), ("verifikasi/", "post"), ("tolak/", "get"), ("tolak/", "post"), ("nik/", "post"), ("sandi/", "post")],
)
def test_a_neighbours_member_is_not_there(address: str, method: str, cast: Cast, officer: Client):
    response = getattr(officer, method)(f"/anggota/{cast.neighbour_member.pk}/{address}", {"reason": "Ingin tahu"})
    assert response.status_code == 404
    assert not NikAccess.objects.exists()


@pytest.mark.parametrize(
    ("address", "method"), [("verifikasi/", "post"), ("tolak/", "post"), ("nik/", "post"), ("sandi/", "post")]
)
def test_above_the_kecamatan_one_only_looks(address: str, method: str, cast: Cast, client: Client, applicant: Member):
    client.force_login(cast.regency_officer)
    page = client.get(f"/anggota/{applicant.pk}/")
    assert page.status_code == 200
    assert "Buka NIK" not in page.content.decode()
    assert getattr(client, method)(f"/anggota/{applicant.pk}/{address}", {"reason": "x"}).status_code == 403
    assert Member.objects.get(pk=applicant.pk).status == Member.Status.PENDING


def test_who_may_verify_is_a_setting(cast: Cast, client: Client, applicant: Member, settings):
    settings.MEMBER_VERIFIER_LEVELS = ["regency"]
    client.force_login(cast.regency_officer)
    client.post(f"/anggota/{applicant.pk}/verifikasi/", JOINED_TODAY)
    assert Member.objects.get(pk=applicant.pk).status == Member.Status.ACTIVE
    client.force_login(cast.village_officer)
    assert client.get(f"/anggota/{cast.pending_member.pk}/tolak/").status_code == 403


# --- one after the other -------------------------------------------------------------------------


def test_a_wrong_day_is_named_beside_its_field_and_stays(officer: Client, applicant: Member):
    """Every way in which the day is wrong, also those that only the service knows."""
    address = f"/anggota/{applicant.pk}/verifikasi/"
    for sent, field in (
        ({"since": "earlier", "joined_on": ""}, "id_joined_on"),
        ({"since": "earlier", "joined_on": "kemarin"}, "id_joined_on"),
        ({"since": "earlier", "joined_on": "2099-01-01"}, "id_joined_on"),
        ({"since": "earlier", "joined_on": "1990-05-20"}, "id_joined_on"),
        ({"joined_on": "2020-01-02"}, "id_since"),
    ):
        response = officer.post(address, sent)
        page = response.content.decode()
        assert response.status_code == 200, sent
        assert "Ada yang perlu diperbaiki" in page, sent
        assert f'<a href="#{field}">' in page, sent
        assert re.search(rf'id="{field}"', page), sent
        assert f'value="{sent["joined_on"]}"' in page or not sent["joined_on"]
        assert ("checked" in page) == ("since" in sent), sent
    assert Member.objects.get(pk=applicant.pk).status == Member.Status.PENDING


def test_a_decision_leads_to_the_next_who_waits(cast: Cast, officer: Client, applicant: Member):
    Member.objects.filter(pk=applicant.pk).update(registered_at=cast.pending_member.registered_at + timedelta(days=1))
    MemberFactory(**PENDING, name="Dari Kapul", village_id="63.11.02.2001")
    page = officer.post(f"/anggota/{cast.pending_member.pk}/verifikasi/", JOINED_TODAY, follow=True).content.decode()
    assert "Noor Laila sekarang anggota aktif" in page
    assert "Berikutnya: Budi Santoso menunggu" in page
    assert f'href="/anggota/{applicant.pk}/"' in page
    page = officer.post(f"/anggota/{applicant.pk}/tolak/", {"reason": "Bukan warga"}, follow=True).content.decode()
    assert "Tidak ada lagi yang menunggu verifikasi" in page
    assert "Dari Kapul" not in page
    assert "Tidak ada lagi yang menunggu" not in officer.get(f"/anggota/{applicant.pk}/").content.decode()


def test_ones_own_registration_is_not_the_next(cast: Cast, officer: Client, applicant: Member):
    Member.objects.filter(pk=cast.pending_member.pk).update(user=cast.village_officer)
    page = officer.post(f"/anggota/{applicant.pk}/verifikasi/", JOINED_TODAY, follow=True).content.decode()
    assert "Tidak ada lagi yang menunggu verifikasi" in page


# --- findings -----------------------------------------------------------------------------------


def test_what_disagrees_with_the_nik_is_a_warning(officer: Client, applicant: Member):
    Member.objects.filter(pk=applicant.pk).update(sex="f", birth_date="1991-05-20")
    page = officer.get(f"/anggota/{applicant.pk}/").content.decode()
    assert "Tanggal lahir tidak sama" in page
    assert "Jenis kelamin tidak sama" in page
    assert (
        officer.post(f"/anggota/{applicant.pk}/verifikasi/", JOINED_TODAY, follow=True).context["member"].status
        == "active"
    )


def test_an_active_twin_prevents_and_is_shown(cast: Cast, officer: Client, applicant: Member):
    twin = MemberFactory(name="Budi Lama", nik=applicant.nik)
    page = officer.get(f"/anggota/{applicant.pk}/").content.decode()
    assert "NIK yang sama sudah dimiliki Budi Lama, anggota aktif di Desa Muara Ninian" in page
    assert f"/anggota/{twin.pk}/" in page
    assert f"/anggota/{applicant.pk}/verifikasi/" not in page
    response = officer.post(f"/anggota/{applicant.pk}/verifikasi/", JOINED_TODAY, follow=True)
    assert "NIK ini sudah dimiliki anggota yang aktif" in response.content.decode()
    assert Member.objects.get(pk=applicant.pk).status == Member.Status.PENDING


def test_a_twin_of_another_region_is_named_by_village_only(officer: Client, applicant: Member):
    twin = MemberFactory(name="Rahasia Sekali", nik=applicant.nik, village_id="63.11.02.2001")
    page = officer.get(f"/anggota/{applicant.pk}/").content.decode()
    assert "sudah dimiliki seseorang, anggota aktif di Desa Kapul, Kec. Halong" in page
    assert "Rahasia" not in page
    assert f"/anggota/{twin.pk}/" not in page


def test_a_pending_twin_is_a_warning_beside_it(officer: Client, applicant: Member):
    MemberFactory(**PENDING, name="Budi Kembar", nik=applicant.nik)
    page = officer.get(f"/anggota/{applicant.pk}/").content.decode()
    assert "juga dipakai Budi Kembar (menunggu verifikasi)" in page


def test_a_shared_phone_is_a_warning(cast: Cast, officer: Client, applicant: Member):
    Member.objects.filter(pk=cast.member.pk).update(phone="+6281234567890")
    page = officer.get(f"/anggota/{applicant.pk}/").content.decode()
    assert "Nomor HP yang sama juga dipakai Ahmad Riduan" in page


@pytest.mark.parametrize(("born", "words"), [("1950-01-01", "periksa batas usia"), ("2020-01-01", "di bawah batas")])
def test_an_unusual_age_is_a_warning(born: str, words: str, officer: Client, applicant: Member):
    Member.objects.filter(pk=applicant.pk).update(birth_date=born)
    assert words in officer.get(f"/anggota/{applicant.pk}/").content.decode()


# --- the decision -------------------------------------------------------------------------------


def test_verifying_gives_a_number_and_tells_the_member(
    officer: Client, applicant: Member, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = officer.post(f"/anggota/{applicant.pk}/verifikasi/", JOINED_TODAY, follow=True)
    assert "Budi Santoso sekarang anggota aktif dengan nomor 63110120010001." in response.content.decode()
    notice = Notice.objects.get(user=applicant.user)
    assert (notice.title, notice.path) == ("Pendaftaran Anda diverifikasi", "/belajar/")


def test_the_day_of_the_decree_is_when_they_joined(officer: Client, applicant: Member):
    officer.post(f"/anggota/{applicant.pk}/verifikasi/", joined("15/01/2024"))
    assert Member.objects.get(pk=applicant.pk).joined_on == date(2024, 1, 15)


def test_the_officer_says_since_when(officer: Client, applicant: Member):
    """Nothing is chosen beforehand: who has served for years would owe nothing this half."""
    page = officer.get(f"/anggota/{applicant.pk}/").content.decode()
    assert " checked" not in page
    assert f'value="{timezone.localdate():%Y-%m-%d}"' not in page
    for sent, field in (({}, "since"), ({"joined_on": "15/01/2024"}, "since"), (joined(""), "joined_on")):
        response = officer.post(f"/anggota/{applicant.pk}/verifikasi/", sent)
        assert list(response.context["verify_form"].errors) == [field]
    assert Member.objects.get(pk=applicant.pk).status == Member.Status.PENDING


def test_who_is_new_joins_today_whatever_the_date_says(officer: Client, applicant: Member):
    officer.post(f"/anggota/{applicant.pk}/verifikasi/", JOINED_TODAY | {"joined_on": "15/01/2024"})
    member = Member.objects.get(pk=applicant.pk)
    assert member.joined_on == local_date(member.decided_at, member.village_id)


@pytest.mark.parametrize("day", ["2999-01-01", "1900-01-01"])
def test_an_impossible_day_is_refused(day: str, officer: Client, applicant: Member):
    response = officer.post(f"/anggota/{applicant.pk}/verifikasi/", joined(day), follow=True)
    assert "Tanggal mulai menjadi anggota tidak mungkin" in response.content.decode()
    assert Member.objects.get(pk=applicant.pk).status == Member.Status.PENDING


def test_a_day_without_form_keeps_the_page(officer: Client, applicant: Member):
    response = officer.post(f"/anggota/{applicant.pk}/verifikasi/", joined("kemarin"))
    assert response.status_code == 200
    assert 'value="kemarin"' in response.content.decode()
    assert Member.objects.get(pk=applicant.pk).status == Member.Status.PENDING


def test_nobody_decides_about_themselves(cast: Cast, officer: Client):
    own = MemberFactory(**PENDING, user=cast.village_officer)
    page = officer.get(f"/anggota/{own.pk}/").content.decode()
    assert "Ini pendaftaran Anda sendiri" in page
    assert f"/anggota/{own.pk}/verifikasi/" not in page
    for address, data in (("verifikasi", JOINED_TODAY), ("tolak", {"reason": "Salah ketik"})):
        response = officer.post(f"/anggota/{own.pk}/{address}/", data, follow=True)
        assert "Petugas lain yang memutuskannya" in response.content.decode()
        assert Member.objects.get(pk=own.pk).status == Member.Status.PENDING
    verify_member(member=own, by=cast.district_officer)
    assert Member.objects.get(pk=own.pk).status == Member.Status.ACTIVE


def test_verifying_twice_says_so(officer: Client, applicant: Member):
    officer.post(f"/anggota/{applicant.pk}/verifikasi/", JOINED_TODAY)
    response = officer.post(f"/anggota/{applicant.pk}/verifikasi/", JOINED_TODAY, follow=True)
    assert "sudah diputuskan" in response.content.decode()
    assert Member.objects.get(pk=applicant.pk).number == "63110120010001"


def test_the_kecamatan_verifies_too(cast: Cast, client: Client, applicant: Member):
    client.force_login(cast.district_officer)
    client.post(f"/anggota/{applicant.pk}/verifikasi/", JOINED_TODAY)
    assert Member.objects.get(pk=applicant.pk).decided_by == cast.district_officer


def test_refusing_says_first_what_will_happen(officer: Client, applicant: Member):
    page = officer.get(f"/anggota/{applicant.pk}/tolak/").content.decode()
    assert "Ia membaca alasan Anda" in page
    assert Member.objects.get(pk=applicant.pk).status == Member.Status.PENDING


def test_refusing_tells_the_person_why(officer: Client, applicant: Member, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = officer.post(f"/anggota/{applicant.pk}/tolak/", {"reason": "Bukan warga desa"}, follow=True)
    page = response.content.decode()
    assert "ditolak. Alasannya disampaikan" in page
    assert "Bukan warga desa" in page
    notice = Notice.objects.get(user=applicant.user)
    assert (notice.body, notice.path) == ("Bukan warga desa", "/akun/")


def test_refusing_without_a_reason_is_not_done(officer: Client, applicant: Member):
    response = officer.post(f"/anggota/{applicant.pk}/tolak/", {"reason": "  "})
    assert response.status_code == 200
    assert response.context["form"].errors["reason"]
    assert Member.objects.get(pk=applicant.pk).status == Member.Status.PENDING


def test_refusing_a_decided_registration_says_so(cast: Cast, officer: Client):
    response = officer.post(f"/anggota/{cast.member.pk}/tolak/", {"reason": "Terlambat"}, follow=True)
    assert "sudah diputuskan" in response.content.decode()


# --- the NIK ------------------------------------------------------------------------------------


def test_a_long_reason_is_written_down_whole(officer: Client, applicant: Member):
    reason = "Pemeriksaan berkas. " * 24 + "Selesai."
    officer.post(f"/anggota/{applicant.pk}/nik/", {"reason": reason})
    assert NikAccess.objects.get().reason == reason


def test_a_nik_is_opened_with_a_reason_and_written_down(cast: Cast, officer: Client, applicant: Member):
    response = officer.post(f"/anggota/{applicant.pk}/nik/", {"reason": "Cocokkan dengan KTP"})
    assert "9901012005900001" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    access = NikAccess.objects.get()
    assert (access.member, access.by, access.reason) == (applicant, cast.village_officer, "Cocokkan dengan KTP")
    assert "9901012005900001" not in officer.get(f"/anggota/{applicant.pk}/").content.decode()


def test_a_nik_stays_closed_without_a_reason(officer: Client, applicant: Member):
    response = officer.post(f"/anggota/{applicant.pk}/nik/", {"reason": ""})
    assert "9901012005900001" not in response.content.decode()
    assert response.context["nik_form"].errors["reason"]
    assert not NikAccess.objects.exists()


def test_an_erased_nik_cannot_be_opened(cast: Cast, officer: Client):
    Member.objects.filter(pk=cast.member.pk).update(nik_sealed=None)
    response = officer.post(f"/anggota/{cast.member.pk}/nik/", {"reason": "Cocokkan"}, follow=True)
    assert "tidak dapat dibaca" in response.content.decode()


# --- a password link ----------------------------------------------------------------------------


def test_a_member_without_email_gets_a_new_password_through_the_officer(cast: Cast, officer: Client, settings):
    settings.BASE_URL = "https://akademi.example"
    page = officer.post(f"/anggota/{cast.member.pk}/sandi/").content.decode()
    link = re.search(r"https://akademi\.example(/masuk/lupa/[^<\s]+)", page)[1]
    assert cast.member.events.get().kind == MemberEvent.Kind.PASSWORD_LINK
    theirs = Client()
    form = theirs.get(link, follow=True).redirect_chain[-1][0]
    theirs.post(form, {"password1": "sandi-baru-2027", "password2": "sandi-baru-2027"})
    assert User.objects.get(pk=cast.member.user_id).check_password("sandi-baru-2027")
    assert Client().get(link, follow=True).context["token_fail"]


@pytest.mark.parametrize("rank", ["role", "staff", "admin", "group", "no account"])
def test_a_village_never_reaches_an_account_that_may_do_more(rank: str, cast: Cast, officer: Client, django_user_model):
    user = cast.member.user
    if rank == "role":
        grant(user, "63.11")
    elif rank == "group":
        user.groups.create(name="Pelatih")
    elif rank == "no account":
        Member.objects.filter(pk=cast.member.pk).update(user=None)
    else:
        django_user_model.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=rank == "admin")
    response = officer.post(f"/anggota/{cast.member.pk}/sandi/", follow=True)
    assert "/masuk/lupa/" not in response.content.decode()
    assert "tidak memegang peran lain" in response.content.decode()
    assert not MemberEvent.objects.exists()


@pytest.mark.parametrize(
    ("day", "age"),
    [(date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2028, 2, 28), 19), (date(2028, 2, 29), 20)],
)
def test_who_was_born_on_a_leap_day_is_a_year_older_on_1_march_of_other_years(day: date, age: int):
    assert Member(birth_date=date(2008, 2, 29)).age_on(day) == age
