"""`Ingatkan sekarang`: the button, the preview and what the confirmation says."""

from uuid import uuid4

import pytest
from django.test import Client

from members.models import Member, User
from notifications.models import MessageText, Notice
from tests.cast import Cast
from tests.factories import MemberFactory
from tests.monitoring.conftest import NOW
from training.models import HandReminder, Period, ReminderRun
from training.reminder_now import TOPIC
from training.services import open_period

pytestmark = pytest.mark.usefixtures("half")
LIST = "/pantau/63.11/terlambat/"
PAGE = f"{LIST}ingatkan/"
JUAI = "/pantau/63.11.01/terlambat/ingatkan/"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(client: Client, address: str, **data: object) -> str:
    """What the page says after the confirmation."""
    response = client.post(address, {"token": uuid4(), **data}, follow=True)
    assert response.status_code == 200
    return " ".join(str(message) for message in response.context["messages"])


def test_the_list_leads_to_the_preview_with_its_filters(cast: Cast):
    html = client_of(cast.regency_officer).get(f"{LIST}?wilayah=63.11.01").content.decode()
    assert f'href="{PAGE}?wilayah=63.11.01"' in html


def test_no_button_where_nobody_is_late_or_the_half_is_closed(cast: Cast, half: Period):
    client = client_of(cast.regency_officer)
    assert "Ingatkan sekarang" not in client.get(f"{LIST}?cari=tidakada").content.decode()
    Period.objects.filter(pk=half.pk).update(closed_at=NOW)
    assert "Ingatkan sekarang" not in client.get(LIST).content.decode()


def test_the_preview_says_who_how_and_with_which_words(cast: Cast):
    Member.objects.filter(pk=cast.neighbour_member.pk).update(user=None, phone="+6281234567890")
    html = client_of(cast.regency_officer).get(PAGE).content.decode()
    assert "2 anggota dalam daftar: semua yang belum memenuhi." in html
    assert "1 anggota akan diingatkan" in html
    assert "Lewat kotak masuk" in html
    assert "Tanpa akun, ada nomor telepon" in html
    assert "1, hubungi langsung" in html
    assert "Tanpa akun dan tanpa nomor telepon" not in html
    assert "Anda masih dapat mengingatkan 2.000 orang hari ini (batas 2.000)" in html
    assert "Yth. Ahmad Riduan, petugas wilayah Anda mengingatkan" in html
    assert not ReminderRun.objects.exists()


def test_who_has_neither_account_nor_number_cannot_be_called(cast: Cast, settings):
    Member.objects.filter(pk__in=[cast.member.pk, cast.neighbour_member.pk]).update(user=None, phone=None)
    settings.WHATSAPP_GATEWAY_URL = ""
    html = client_of(cast.regency_officer).get(PAGE).content.decode()
    assert "Tanpa akun dan tanpa nomor telepon" in html
    assert "1, datangi atau titip pesan" in html
    assert "hubungi langsung" not in html


def test_the_words_of_a_channel_are_shown_where_it_is_open(cast: Cast, settings):
    client = client_of(cast.regency_officer)
    for url in ("", "console:"):
        settings.WHATSAPP_GATEWAY_URL = url
        assert ("Lewat WhatsApp atau SMS:" in client.get(PAGE).content.decode()) == bool(url)
    html = client.get(f"{PAGE}?keadaan=terlambat").content.decode()
    assert "0 anggota akan diingatkan" in html
    assert "petugas wilayah Anda mengingatkan" in html  # also where there is nobody to send them to


def test_the_preview_shows_the_operators_own_words(cast: Cast):
    MessageText.objects.create(topic=TOPIC, body="Halo {nama}, ayo selesaikan pelatihan Anda.")
    html = client_of(cast.regency_officer).get(PAGE).content.decode()
    assert "Halo Ahmad Riduan, ayo selesaikan pelatihan Anda." in html


def test_confirming_reminds_exactly_what_is_filtered(cast: Cast):
    client = client_of(cast.regency_officer)
    assert told(client, f"{PAGE}?wilayah=63.11.01&keadaan=berisiko&cari=siti") == "1 anggota diingatkan."
    assert HandReminder.objects.get().member == cast.other_member
    run = ReminderRun.objects.get()
    assert (run.officer, run.region_id) == (cast.regency_officer, "63.11")
    assert run.filters == "Kec. Juai, berisiko, pencarian nama atau nomor"
    assert "siti" not in run.filters.lower()
    assert told(client, PAGE) == "1 anggota diingatkan; 1 sudah diingatkan hari ini."
    assert told(client, PAGE) == "0 anggota diingatkan; 2 sudah diingatkan hari ini."
    html = client.get(PAGE).content.decode()
    assert "Tidak ada yang perlu diingatkan sekarang" in html
    assert "Terakhir diingatkan" in html
    assert "1 anggota Kab. Balangan, oleh Satpol PP Balangan" in html


def test_the_inbox_has_it_at_once(cast: Cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        told(client_of(cast.regency_officer), f"{PAGE}?cari=siti")
    notice = Notice.objects.of(cast.other_member.user).get()
    assert "Siti Rahmah" in notice.body


def test_a_double_click_says_the_same_twice(cast: Cast):
    client, token = client_of(cast.regency_officer), uuid4()
    assert [told(client, PAGE, token=token) for _ in range(2)] == ["2 anggota diingatkan."] * 2
    assert ReminderRun.objects.count() == 1


def test_a_token_that_is_none_reminds_all_the_same(cast: Cast):
    assert told(client_of(cast.regency_officer), PAGE, token="x") == "2 anggota diingatkan."


@pytest.mark.parametrize("state", ["belum", "terlambat"])
def test_a_state_that_nobody_is_in_reminds_nobody(cast: Cast, state: str):
    client = client_of(cast.regency_officer)
    assert "Tidak ada yang perlu diingatkan" in client.get(f"{PAGE}?keadaan={state}").content.decode()
    assert told(client, f"{PAGE}?keadaan={state}") == "0 anggota diingatkan."
    assert not HandReminder.objects.exists()


@pytest.mark.parametrize("stale", ["wilayah=63.11.09", "wilayah=63.09", "wilayah=x", "keadaan=gawat"])
def test_a_filter_that_means_nothing_reminds_nobody(cast: Cast, stale: str):
    client = client_of(cast.regency_officer)
    for method in (client.get, client.post):
        response = method(f"{PAGE}?{stale}", {} if method == client.get else {"token": uuid4()}, follow=True)
        assert response.redirect_chain == [(f"{LIST}?{stale}", 302)]
        assert "Saringan di alamat itu tidak dikenal" in response.content.decode()
    assert not ReminderRun.objects.exists()


def test_nor_does_a_region_where_there_is_none_to_choose(cast: Cast):
    address = "/pantau/63.11.01.2001/terlambat/ingatkan/?wilayah=63.11.01.2002"
    assert "tidak dikenal" in told(client_of(cast.regency_officer), address)
    assert not ReminderRun.objects.exists()


def test_a_neighbours_region_does_not_exist(cast: Cast):
    for method in ("get", "post"):
        answer = getattr(client_of(cast.neighbour_district_officer), method)("/pantau/63.11.01/terlambat/ingatkan/")
        assert answer.status_code == 404
    assert not ReminderRun.objects.exists()


def test_who_reminded_above_or_beside_is_not_shown(cast: Cast):
    told(client_of(cast.regency_officer), PAGE)
    told(client_of(cast.neighbour_district_officer), "/pantau/63.11.02/terlambat/ingatkan/")
    html = client_of(cast.district_officer).get(JUAI).content.decode()
    assert "Terakhir diingatkan" not in html


def test_who_reminded_from_above_is_not_named(cast: Cast):
    told(client_of(cast.regency_officer), JUAI)
    HandReminder.objects.all().delete()
    told(client_of(cast.district_officer), JUAI)
    names = [f"oleh {cast.regency_officer.name}", f"oleh {cast.district_officer.name}"]
    below, above = (client_of(who).get(JUAI).content.decode() for who in (cast.district_officer, cast.regency_officer))
    assert [name in below for name in [*names, "oleh petugas wilayah di atas"]] == [False, True, True]
    assert [name in above for name in [*names, "oleh petugas wilayah di atas"]] == [True, True, False]
    cast.district_officer.role_grants.all().delete()
    assert names[1] not in client_of(cast.regency_officer).get(JUAI).content.decode()


def test_the_runs_before_cost_the_same_however_many(cast: Cast, django_assert_max_num_queries):
    client = client_of(cast.regency_officer)
    for officer in (cast.regency_officer, cast.district_officer, cast.admin):
        HandReminder.objects.all().delete()
        told(client_of(officer), JUAI)
    with django_assert_max_num_queries(14):  # as without, and the officers' roles
        assert client.get(JUAI).content.decode().count(" anggota Kec. Juai, oleh ") == 3


def test_an_unreadable_period_goes_back_to_where_it_is_said(cast: Cast):
    response = client_of(cast.regency_officer).post(f"{PAGE}?periode=kemarin")
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?periode=kemarin")
    assert not ReminderRun.objects.exists()


def test_a_half_that_was_never_opened_has_nobody(cast: Cast):
    html = client_of(cast.regency_officer).get(f"{PAGE}?periode=2024-1").content.decode()
    assert "Tidak ada yang perlu diingatkan sekarang" in html
    assert client_of(cast.regency_officer).post(f"{PAGE}?periode=2024-1").status_code == 200


def test_the_questions_do_not_grow(cast: Cast, half: Period, django_assert_max_num_queries):
    MemberFactory.create_batch(30)
    open_period(period=half, now=NOW)
    client = client_of(cast.regency_officer)
    with django_assert_max_num_queries(13):
        client.get(PAGE)
    with django_assert_max_num_queries(22):
        client.post(PAGE, {"token": uuid4()})
    assert HandReminder.objects.count() == 32
