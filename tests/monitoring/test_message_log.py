"""`/pantau/<code>/pengingat/`: what was sent to the people of a region, and what became of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import Member, User
from monitoring import message_log, message_log_views
from notifications.models import Channel, Delivery, State
from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory
from tests.notifications.topics import NOON
from tests.regions.test_scope import plan

PAGE = "/pantau/63.11.01/pengingat/"


def log(member: Member | None, key: str = "reminder:2026-2:d30", **changes: object) -> Delivery:
    """A message that was sent at noon."""
    values: dict[str, object] = {
        "key": key,
        "topic": "reminder",
        "channel": Channel.INBOX,
        "member": member,
        "user": member.user if member else None,
        "region_id": member.village_id if member else "63.11.01",
        "state": State.SENT,
        "result": "masuk kotak masuk",
        "planned_at": NOON - timedelta(hours=3),
        "due_at": NOON - timedelta(hours=2),
        "expires_at": NOON + timedelta(days=3),
        "done_at": NOON,
    }
    return Delivery.objects.create(**values | changes)


def get(user: User, address: str = PAGE, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def rows(html: str) -> list[str]:
    """The list's lines as plain text."""
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<tr>.*?</tr>", html, re.S)[1:]]


def test_a_line_says_what_was_sent_to_whom_when_and_with_what_result(cast: Cast):
    log(cast.member)
    (line,) = rows(get(cast.district_officer))
    assert line == (
        "Ahmad Riduan Desa Muara Ninian Pengingat sebelum tenggat Kotak masuk Terkirim Masuk kotak masuk "
        "5 Agustus 2026 12.00 WITA direncanakan 5 Agustus 2026 09.00 WITA"
    )


def test_each_result_has_its_words_and_reason(cast: Cast):
    waiting = {"state": State.PLANNED, "done_at": None, "result": ""}
    log(cast.member, "uji:1", **waiting)
    log(cast.member, "uji:2", state=State.FAILED, result="pesan ditolak gerbang (HTTP 400)", channel=Channel.WHATSAPP)
    log(cast.member, "uji:3", state=State.DROPPED, result="sudah memenuhi", topic="lama")
    dropped, failed, planned = rows(get(cast.village_officer, "/pantau/63.11.01.2001/pengingat/"))
    assert "lama Kotak masuk Tidak perlu lagi Sudah memenuhi" in dropped
    assert "WhatsApp/SMS Gagal Pesan ditolak gerbang (HTTP 400)" in failed
    assert "Menunggu mulai 5 Agustus 2026 10.00 WITA" in planned


def test_only_the_regions_own_and_only_for_its_officers(cast: Cast):
    for member in (cast.member, cast.other_member, cast.neighbour_member):
        log(member)
    html = get(cast.district_officer)
    assert cast.other_member.name in html
    assert cast.neighbour_member.name not in html
    assert "2 pesan" in html
    assert len(rows(get(cast.village_officer, "/pantau/63.11.01.2001/pengingat/"))) == 1
    assert len(rows(get(cast.regency_officer, "/pantau/63.11/pengingat/"))) == 3
    get(cast.neighbour_district_officer, status=404)
    get(cast.village_officer, status=404)


def test_who_has_moved_away_is_not_named(cast: Cast):
    log(cast.member)
    Member.objects.filter(pk=cast.member.pk).update(village="63.11.02.2001")
    html = get(cast.district_officer)
    assert "anggota yang sudah pindah" in html
    assert cast.member.name not in html
    assert f"/anggota/{cast.member.pk}/" not in html
    assert cast.member.name in get(cast.regency_officer, "/pantau/63.11/pengingat/")  # whose scope holds both


def test_a_message_to_an_officer_names_nobody(cast: Cast):
    log(None, user=cast.neighbour_district_officer)
    html = get(cast.district_officer)
    assert "petugas wilayah" in html
    assert cast.neighbour_district_officer.name not in html


def test_filters_are_links_that_narrow_the_list(cast: Cast):
    log(cast.member, "uji:1")
    log(cast.member, "uji:2", channel=Channel.EMAIL)
    log(cast.member, "uji:3", channel=Channel.EMAIL, state=State.FAILED, result="alamat e-mail ditolak (SMTP 550)")
    for query, number in {
        "": 3,
        "?saluran=email": 2,
        "?hasil=terkirim": 2,
        "?saluran=email&hasil=gagal": 1,
        "?hasil=menunggu": 0,
        "?hasil=entah&saluran=merpati": 3,
    }.items():
        assert len(rows(get(cast.district_officer, f"{PAGE}{query}"))) == number, query
    html = get(cast.district_officer, f"{PAGE}?saluran=email&page=2")
    assert 'href="?saluran=email&amp;hasil=gagal"' in html
    assert 'href="?saluran=email" aria-current="true"' in html
    assert "Tidak ada yang cocok" in get(cast.district_officer, f"{PAGE}?hasil=batal")


def test_an_empty_log_says_what_comes_here(cast: Cast):
    assert "Belum ada pesan" in get(cast.district_officer)


def test_the_newest_first_in_pages_of_25_with_a_count(cast: Cast):
    for number in range(30):
        log(cast.member, f"uji:{number}", topic=f"jenis-{number}")
    html = get(cast.district_officer)
    assert "1–25 dari 30 pesan" in html
    assert "jenis-29" in rows(html)[0]
    assert len(rows(get(cast.district_officer, f"{PAGE}?page=2"))) == 5
    assert "pesan terbaru" not in html


def test_no_more_are_counted_than_anybody_reads(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    for module in (message_log, message_log_views):
        monkeypatch.setattr(module, "MOST", 27)
    for number in range(30):
        log(cast.member, f"uji:{number}")
    html = get(cast.district_officer, f"{PAGE}?page=2")
    assert "26–27 dari 27 pesan" in html
    assert "Yang ditampilkan 27 pesan terbaru." in html
    assert len(rows(html)) == 2


def test_the_questions_do_not_grow_with_the_list(cast: Cast, client: Client):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/pantau/63.11/pengingat/?saluran=kotak-masuk&hasil=terkirim")
        return len(asked)

    client.force_login(cast.regency_officer)
    log(cast.member)
    few = questions()
    for number in range(24):
        log(MemberFactory(village_id=("63.11.02.2001", "63.11.01.2001")[number % 2]), f"uji:{number}")
    # Who asks (as everywhere) and the menu's notices; the region, the half; the count, the page and its lines.
    assert questions() == few <= 10


@pytest.mark.parametrize(
    ("result", "index"), [("", "delivery_region"), ("gagal", "delivery_failed"), ("batal", "delivery_dropped")]
)
def test_a_regions_part_of_the_log_is_read_off_an_index(cast: Cast, result: str, index: str):
    region = Region.objects.get(pk="63.11.01")
    found = plan(message_log.ids_of(region=region, chosen=message_log.LogFilter(result=result)))
    assert f"INDEX {index} (region_id>? AND region_id<?)" in found or (f" {index} " in found and "~>=~" in found)


def test_the_page_of_the_region_leads_here(cast: Cast):
    assert f'href="{PAGE}"' in get(cast.district_officer, "/pantau/63.11.01/")
