"""`/anggota/<pk>/ubah/…` and `/anggota/pindahan/…`: the form, what it would mean, then the deed; and who may not."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from members.changes import latest_event_id
from members.models import Member, MoveRequest, RoleGrant, RoleKind, User
from members.moves import ask_move
from notifications.models import Notice
from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory, grant
from training.models import Standing
from training.services import open_period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_half")]
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
SIRAP, KAPUL = "63.11.01.2002", "63.11.02.2001"
DATED = {"on": "2026-11-20", "reason": "Bekerja di luar pulau"}


@pytest.fixture
def _half(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)
    open_period(period=PeriodFactory(), now=NOW)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(cast: Cast, slug: str = "") -> str:
    return f"/anggota/{cast.member.pk}/ubah/{slug and slug + '/'}"


def check(cast: Cast, slug: str, by: User | None = None, **facts: object) -> str:
    response = browser(by or cast.village_officer).post(address(cast, slug), {"langkah": "periksa", **facts})
    assert response.status_code == 200
    return response.content.decode()


def save(cast: Cast, slug: str, by: User | None = None, **facts: object) -> str:
    """Where the deed leads, and what is said there."""
    response = browser(by or cast.village_officer).post(
        address(cast, slug), {"langkah": "simpan", **facts}, follow=True
    )
    return response.content.decode()


def data_of(cast: Cast, **changes: object) -> dict[str, object]:
    """The form of wrong data as it comes filled in."""
    filled = {"name": "Ahmad Riduan", "birth_date": "1985-05-20", "sex": "m", "phone": "", "squad": ""}
    rest = {"joined_on": "2024-01-15", "reason": "Sesuai KTP", "seen": latest_event_id(cast.member)}
    return {**filled, **rest, **changes}


def status_of(cast: Cast) -> tuple[str, str]:
    return Member.objects.values_list("status", "village_id").get(pk=cast.member.pk)


# --- what may be done ----------------------------------------------------------------------------


def test_the_members_page_leads_to_what_may_be_done(cast: Cast, django_assert_max_num_queries):
    client = browser(cast.village_officer)
    assert f'href="{address(cast)}"' in client.get(f"/anggota/{cast.member.pk}/").content.decode()
    with django_assert_max_num_queries(9):
        page = client.get(address(cast)).content.decode()
    for slug in ("berhenti", "pindah", "data"):
        assert f'href="{address(cast, slug)}"' in page
    assert address(cast, "aktifkan") not in page


def test_who_waits_for_verification_is_decided_about_instead(cast: Cast):
    client = browser(cast.village_officer)
    assert "Ubah data" not in client.get(f"/anggota/{cast.pending_member.pk}/").content.decode()
    assert client.get(f"/anggota/{cast.pending_member.pk}/ubah/").status_code == 404


@pytest.mark.parametrize("who", ["neighbour_village_officer", "neighbour_district_officer"])
def test_a_neighbour_finds_nothing(cast: Cast, who: str):
    client = browser(getattr(cast, who))
    assert client.get(address(cast)).status_code == 404
    assert client.post(address(cast, "berhenti"), {"kind": "died", "langkah": "simpan", **DATED}).status_code == 404
    assert status_of(cast)[0] == "active"


def test_nobody_does_it_to_themselves(cast: Cast):
    grant(cast.member.user, "63.11.01")
    client = browser(cast.member.user)
    assert "Ubah data" not in client.get(f"/anggota/{cast.member.pk}/").content.decode()
    assert client.get(address(cast)).status_code == 403
    assert client.post(address(cast, "data"), data_of(cast, name="Lain", langkah="simpan")).status_code == 403


def test_an_act_that_nobody_knows(cast: Cast):
    assert browser(cast.village_officer).get(address(cast, "hapus")).status_code == 404


# --- the end and the way back --------------------------------------------------------------------


def test_what_an_end_means_is_said_before_it_is_done(cast: Cast, django_assert_max_num_queries):
    client = browser(cast.village_officer)
    with django_assert_max_num_queries(22):
        answer = client.post(address(cast, "berhenti"), {"langkah": "periksa", "kind": "resigned", **DATED})
    page = answer.content.decode()
    assert "Semester II 2026: tidak lagi wajib." in page
    assert "Muara Ninian, Kec. Juai, Kab. Balangan: 1 → 0 wajib" in page
    assert "Mengundurkan diri" in page
    assert "Ahmad Riduan diberi tahu" in page
    assert status_of(cast)[0] == "active"


def test_it_is_done_and_the_way_back_is_open(cast: Cast):
    page = save(cast, "berhenti", kind="died", **DATED)
    assert "Keanggotaan Ahmad Riduan dicatat berakhir." in page
    for text in ("Meninggal dunia", "per 20 November 2026", "Bekerja di luar pulau", "dapat masuk → ditutup"):
        assert text in page
    assert not Standing.objects.get(member=cast.member).is_serving
    choice = browser(cast.village_officer).get(address(cast)).content.decode()
    assert address(cast, "aktifkan") in choice
    assert address(cast, "berhenti") not in choice
    again = browser(cast.village_officer).get(address(cast, "berhenti"))
    assert again["Location"] == address(cast)
    assert "0 → 1 wajib" in check(cast, "aktifkan", **DATED)
    assert "Ahmad Riduan aktif kembali." in save(cast, "aktifkan", **DATED)
    assert status_of(cast)[0] == "active"


def test_for_who_died_nobody_is_told(cast: Cast):
    page = check(cast, "berhenti", kind="died", **DATED)
    assert "Akunnya ditutup, dan tidak ada pesan" in page
    assert "diberi tahu" not in page


def test_of_who_died_an_account_with_a_role_is_not_said_to_be_closed(cast: Cast):
    RoleGrant.objects.create(user=cast.member.user, kind=RoleKind.OFFICER, region_id=SIRAP)
    page = check(cast, "berhenti", kind="died", **DATED)
    assert "minta admin mencabutnya" in page
    assert "Akunnya ditutup" not in page
    save(cast, "berhenti", kind="died", **DATED)
    assert User.objects.get(pk=cast.member.user_id).is_active


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"kind": ""}, "Pilih salah satu."),
        ({"reason": " "}, "Tuliskan alasannya."),
        ({"on": ""}, "Isi tanggalnya."),
        ({"on": "2026-11-24"}, "Pilih tanggal dari 15 Januari 2024 sampai 23 November 2026."),
        ({"on": "2024-01-14"}, "Pilih tanggal dari 15 Januari 2024 sampai 23 November 2026."),
    ],
)
def test_what_is_missing_is_said_at_its_field(cast: Cast, facts: dict[str, str], said: str):
    typed = {"kind": "resigned", **DATED, **facts}
    assert said in check(cast, "berhenti", **typed)
    assert said in save(cast, "berhenti", **typed)
    assert status_of(cast)[0] == "active"


def test_going_back_keeps_what_was_typed(cast: Cast):
    page = check(cast, "berhenti", kind="resigned", **DATED)
    assert 'name="reason" value="Bekerja di luar pulau"' in page
    client = browser(cast.village_officer)
    form = client.post(address(cast, "berhenti"), {"kind": "resigned", **DATED, "langkah": "ubah"}).content.decode()
    assert "Bekerja di luar pulau</textarea>" in form
    assert 'value="2026-11-20"' in form


# --- another village -----------------------------------------------------------------------------


def test_within_ones_reach_at_once(cast: Cast):
    page = check(cast, "pindah", cast.district_officer, village=SIRAP, **DATED)
    for text in ("Sirap, Kec. Juai", "1 → 0 wajib", "1 → 2 wajib", "Pindahkan"):
        assert text in page
    assert "Ahmad Riduan sekarang anggota Desa Sirap." in save(
        cast, "pindah", cast.district_officer, village=SIRAP, **DATED
    )
    assert status_of(cast) == ("active", SIRAP)


def test_elsewhere_as_a_request_that_the_other_side_accepts(cast: Cast, django_assert_max_num_queries):
    assert "menjawab; sampai diterima" in check(cast, "pindah", village=KAPUL, **DATED)
    assert "Permintaan terkirim." in save(cast, "pindah", village=KAPUL, **DATED)
    assert status_of(cast)[1] == "63.11.01.2001"
    for page in (address(cast), f"/anggota/{cast.member.pk}/"):
        html = browser(cast.village_officer).get(page).content.decode()
        assert "menunggu diterima" in html
        assert f'href="/anggota/pindahan/{MoveRequest.objects.get().uuid}/"' in html
    request, client = MoveRequest.objects.get(), browser(cast.neighbour_village_officer)
    assert client.get(f"/anggota/{cast.member.pk}/").status_code == 404  # until then they are not theirs
    with django_assert_max_num_queries(9):
        assert "Ahmad Riduan" in client.get("/anggota/pindahan/?status=saya").content.decode()
    with django_assert_max_num_queries(18):
        page = client.get(f"/anggota/pindahan/{request.uuid}/").content.decode()
    assert "1 → 2 wajib" in page
    done = client.post(f"/anggota/pindahan/{request.uuid}/terima/", follow=True).content.decode()
    assert "Ahmad Riduan sekarang anggota Desa Kapul." in done
    assert "menunggu diterima" not in done
    assert status_of(cast) == ("active", KAPUL)
    again = client.post(f"/anggota/pindahan/{request.uuid}/terima/", follow=True)
    assert again.status_code == 200
    assert cast.member.events.count() == 1


def test_to_the_same_village(cast: Cast):
    assert "sudah tercatat di desa itu" in check(cast, "pindah", village="63.11.01.2001", **DATED)


def test_village_by_village_without_javascript(cast: Cast):
    steps = {"village_1": "63", "village_2": "63.11", "village_3": "63.11.02", "village_step": "1", **DATED}
    page = check(cast, "pindah", **steps)
    assert "Kapul" in page
    assert "Bekerja di luar pulau" in page
    page = check(cast, "pindah", **(steps | {"village_4": KAPUL}))
    assert 'name="village_4" value="63.11.02.2001"' in page


@pytest.fixture
def asked(cast: Cast) -> MoveRequest:
    village = Region.objects.get(pk=KAPUL)
    on = date(2026, 11, 20)
    return ask_move(member=cast.member, by=cast.village_officer, village=village, on=on, reason="Menikah")


def test_who_answers_is_led_to_it(cast: Cast, asked: MoveRequest):
    tile = 'href="/anggota/pindahan/?status=saya&amp;wilayah=63.11.02.2001"'
    assert tile in browser(cast.neighbour_village_officer).get("/pantau/63.11.02.2001/").content.decode()
    page = browser(cast.neighbour_village_officer).get("/anggota/pindahan/?status=saya&wilayah=63.11.02.2001")
    assert "Ahmad Riduan" in page.content.decode()
    elsewhere = browser(cast.neighbour_village_officer).get("/anggota/pindahan/?wilayah=63.11.01")
    assert "Ahmad Riduan" not in elsewhere.content.decode()
    assert "Anggota pindahan" not in browser(cast.village_officer).get("/pantau/63.11.01.2001/").content.decode()


def test_refused_with_a_reason_that_who_asked_reads(cast: Cast, asked: MoveRequest):
    client, page = browser(cast.neighbour_village_officer), f"/anggota/pindahan/{asked.uuid}/"
    assert "Ahmad Riduan tetap anggota Muara Ninian" in client.get(f"{page}tolak/").content.decode()
    assert "Tuliskan alasannya." in client.post(f"{page}tolak/", {"reason": " "}).content.decode()
    assert "Ditolak." in client.post(f"{page}tolak/", {"reason": "Tidak tinggal di sini"}, follow=True).content.decode()
    assert "Tidak tinggal di sini" in browser(cast.village_officer).get(page).content.decode()
    late = client.post(f"{page}terima/", follow=True).content.decode()
    assert "sudah dijawab" in late


def test_taken_back_by_who_asked(cast: Cast, asked: MoveRequest):
    page = f"/anggota/pindahan/{asked.uuid}/"
    assert browser(cast.neighbour_village_officer).post(f"{page}batal/").status_code == 403
    client = browser(cast.village_officer)
    assert "Batalkan permintaan" in client.get(page).content.decode()
    assert "dibatalkan" in client.post(f"{page}batal/", follow=True).content.decode()
    assert "sudah dijawab" not in client.post(f"{page}batal/", follow=True).content.decode()


def test_who_serves_over_both_sides_sees_the_answers_only(cast: Cast, asked: MoveRequest):
    page = browser(cast.regency_officer).get(f"/anggota/pindahan/{asked.uuid}/").content.decode()
    assert "Terima</button>" in page
    assert "Batalkan permintaan" not in page


def test_the_side_that_asked_does_not_answer_and_others_find_nothing(cast: Cast, asked: MoveRequest):
    page = f"/anggota/pindahan/{asked.uuid}/"
    for act in ("terima/", "tolak/"):
        assert browser(cast.district_officer).post(f"{page}{act}", {"reason": "x"}).status_code == 403
    stranger = MemberFactory(village_id="63.09.01.2001").user
    grant(stranger, "63.09")
    assert browser(stranger).get(page).status_code == 404
    assert "Tidak ada permintaan pindah" in browser(stranger).get("/anggota/pindahan/").content.decode()


# --- wrong data ----------------------------------------------------------------------------------


def test_old_beside_new_with_what_the_nik_says(cast: Cast):
    page = check(cast, "data", **data_of(cast, name="Ahmad  Ridwan", birth_date="1984-05-20"))
    for text in (
        "<del>Ahmad Riduan</del> → <ins>Ahmad Ridwan</ins>",
        "<del>20 Mei 1985</del> → <ins>20 Mei 1984</ins>",
        "Tanggal lahir tidak sama dengan yang tertulis di dalam NIK.",
        "Kewajiban berlatih tidak berubah",
        "tetap memuat nama lama",
    ):
        assert text in page
    done = save(cast, "data", **data_of(cast, name="Ahmad Ridwan", birth_date="1984-05-20"))
    assert "Data Ahmad Ridwan diperbaiki." in done
    assert "Tanggal lahir: 20 Mei 1985 → 20 Mei 1984" in done


@pytest.mark.parametrize(
    ("phone", "said"),
    [("", "Tanpa nomor HP."), ("0811-1111-111", "Nomor HP itu dipakai akun lain."), ("081299999999", "")],
)
def test_that_the_phone_no_longer_lets_them_in_is_said_before_and_to_them(cast: Cast, phone: str, said: str):
    User.objects.filter(pk=cast.member.user_id).update(phone="+6281234567890")
    Member.objects.filter(pk=cast.member.pk).update(phone="+6281234567890")
    User.objects.filter(pk=cast.other_member.user_id).update(phone="+628111111111")
    typed = data_of(cast, phone=phone)
    by_number = f"ia masuk dengan nomor anggota {cast.member.number}."
    page = check(cast, "data", **typed)
    assert (said in page, by_number in page) == (True, bool(said))
    save(cast, "data", **typed)
    told = Notice.objects.get(user=cast.member.user_id).body
    assert ("Masuklah dengan nomor anggota, bukan nomor HP." in told) == bool(said)


def test_a_day_of_joining_in_this_half_takes_the_duty_away(cast: Cast):
    page = check(cast, "data", **data_of(cast, joined_on="2026-08-01"))
    assert "Semester II 2026: tidak lagi wajib." in page
    assert "Kewajiban berlatih tidak berubah" not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Tidak ada yang berubah"),
        ({"name": " "}, "Tulis nama lengkap."),
        ({"birth_date": "1890-01-01"}, "Periksa tahun lahirnya."),
        ({"birth_date": "2010-01-01"}, "belum cukup umur"),
        ({"phone": "12"}, "Tulis nomor HP seperti"),
        ({"joined_on": "2026-11-24"}, "Pilih tanggal dari 20 Mei 1985 sampai 23 November 2026."),
        ({"name": "Lain", "reason": ""}, "Tuliskan alasannya."),
    ],
)
def test_what_cannot_be_is_said(cast: Cast, changes: dict[str, str], said: str):
    assert said in save(cast, "data", **data_of(cast, **changes))
    assert not cast.member.events.exists()


def test_what_somebody_else_changed_meanwhile_is_seen_before_it_is_written_over(cast: Cast):
    typed = data_of(cast, sex="f")
    save(cast, "data", cast.district_officer, **data_of(cast, name="Ahmad Ridwan"))
    page = save(cast, "data", **typed)
    assert "Petugas lain baru saja mengubah" in page
    assert 'value="Ahmad Riduan"' in page  # what was typed is not lost
    assert Member.objects.get(pk=cast.member.pk).name == "Ahmad Ridwan"
    assert f'name="seen" value="{latest_event_id(cast.member)}"' in page


def test_who_was_moved_away_meanwhile_is_out_of_reach(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    client = browser(cast.village_officer)
    client.get(address(cast, "berhenti"))
    Member.objects.filter(pk=cast.member.pk).update(village=KAPUL)
    assert client.post(address(cast, "berhenti"), {"kind": "died", "langkah": "simpan", **DATED}).status_code == 404
    assert status_of(cast) == ("active", KAPUL)
