"""The officers' page in a real browser: phone and desktop, light and dark, with and without scripts."""

import pytest
from django.utils import timezone

from members.models import Member, Squad
from regions.models import Region
from tests.browser import (
    DESKTOP,
    PHONE,
    TABLET,
    Browse,
    assert_no_axe_violations,
    assert_no_horizontal_scroll,
    assert_touch_targets,
    assert_words_fit,
    log_in,
)
from tests.cast import Cast
from tests.factories import PeriodFactory
from training.exemption_services import ask_exemption
from training.models import Period, VillageTally

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("half")]


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP], ids=["360", "768", "1200"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_district_page_fits_and_reads_well(browse: Browse, cast: Cast, size: tuple[int, int], scheme: str):
    page = browse(size=size, color_scheme=scheme)
    log_in(page, cast.district_officer)
    page.goto("/pantau/")
    assert page.get_by_role("heading", level=1, name="Kec. Juai").is_visible()
    assert page.get_by_role("img", name="Kepatuhan 50%: 1 dari 2 anggota wajib").is_visible()
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    assert_no_axe_violations(page)


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["360", "768"])
@pytest.mark.parametrize("path", ["/pantau/", "/anggota/", "/pantau/63.11.01/terlambat/"])
def test_tiles_and_tables_leave_words_whole(browse: Browse, cast: Cast, size: tuple[int, int], path: str):
    for half in (1, 2):
        PeriodFactory(year=2025, half=half)
    Region.objects.filter(pk="63.11.01.2002").update(name="Mungkur Uyam Seberang")
    Member.objects.update(squad=Squad.objects.get(name__startswith="Pertolongan Pertama pada Korban"))
    Member.objects.filter(pk=cast.other_member.pk).update(name="Muhammad Syarifuddin Noor Rahman")
    page = browse(size=size)
    log_in(page, cast.district_officer)
    page.goto(path)
    assert_words_fit(page)
    assert_no_horizontal_scroll(page)


@pytest.mark.parametrize("width", [768, 900])
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("district_officer", "/dispensasi/"),
        ("regency_officer", "/pantau/"),
        ("admin", "/pantau/"),
        ("district_officer", "/laporan/"),
    ],
)
def test_wide_tables_fit_a_tablet(browse: Browse, cast: Cast, half: Period, width: int, who: str, path: str):
    Region.objects.filter(pk="63.11.01.2002").update(name="Mungkur Uyam Seberang")
    Member.objects.update(name="Muhammad Syarifuddin Noor Rahman")
    VillageTally.objects.update(members=31700, required=31500, met=13300)
    days = {"starts_on": half.first_day, "ends_on": half.last_day, "kind": "deployment", "reason": "Bertugas"}
    ask_exemption(members=[cast.member, cast.other_member], by=cast.village_officer, **days)
    page = browse(size=(width, 1024))
    log_in(page, getattr(cast, who))
    page.goto(path)
    assert page.locator(".table tbody tr").first.is_visible()
    assert_words_fit(page)
    assert_no_horizontal_scroll(page)


def test_drill_down_to_the_members_and_back_without_scripts(browse: Browse, cast: Cast):
    page = browse(java_script_enabled=False)
    log_in(page, cast.regency_officer)
    page.goto("/pantau/")
    page.get_by_role("link", name="Kec. Juai").click()
    page.get_by_role("link", name="Desa Muara Ninian").click()
    assert page.get_by_role("heading", level=1, name="Desa Muara Ninian").is_visible()
    assert page.get_by_text(cast.member.name).first.is_visible()
    assert_no_horizontal_scroll(page)
    page.get_by_label("Jejak halaman").get_by_role("link", name="Kab. Balangan").click()
    assert page.get_by_role("heading", level=1, name="Kab. Balangan").is_visible()


def test_village_page_on_a_phone(browse: Browse, cast: Cast):
    page = browse()
    log_in(page, cast.village_officer)
    page.goto("/pantau/")
    assert page.get_by_role("heading", level=1, name="Desa Muara Ninian").is_visible()
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    assert_no_axe_violations(page)


def test_the_weeks_open_as_a_table(browse: Browse, cast: Cast):
    page = browse(size=DESKTOP)
    log_in(page, cast.district_officer)
    page.goto("/pantau/")
    page.get_by_text("Angka tiap minggu").click()
    assert page.get_by_role("columnheader", name="Minggu mulai").is_visible()
    assert page.get_by_role("rowheader", name="23 November 2026").is_visible()
    assert_no_axe_violations(page)


def test_a_region_of_others_is_not_there(browse: Browse, cast: Cast):
    page = browse(console_errors=1)
    log_in(page, cast.neighbour_district_officer)
    response = page.goto("/pantau/63.11.01/")
    assert response is not None
    assert response.status == 404


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (TABLET, "light"), (DESKTOP, "dark")])
@pytest.mark.parametrize(
    "address", ["/pantau/63.11.01/terlambat/", "/pantau/bandingkan/?kode=63.11.01.2001&kode=63.11.01.2002"]
)
def test_list_and_comparison_fit_and_read_well(
    browse: Browse, cast: Cast, address: str, size: tuple[int, int], scheme: str
):
    Member.objects.filter(pk=cast.other_member.pk).update(phone="+6281234567890", whatsapp_consent_at=timezone.now())
    page = browse(size=size, color_scheme=scheme)
    log_in(page, cast.district_officer)
    page.goto(address)
    assert page.get_by_role("heading", level=1).is_visible()
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    assert_no_axe_violations(page)


def test_compare_and_search_without_scripts(browse: Browse, cast: Cast):
    page = browse(java_script_enabled=False)
    log_in(page, cast.district_officer)
    page.goto("/pantau/")
    for village in ("Desa Muara Ninian", "Desa Sirap"):
        page.get_by_label(f"Bandingkan {village}").check()
    page.get_by_role("button", name="Bandingkan yang dicentang").click()
    assert page.get_by_role("img", name="Kepatuhan Desa Muara Ninian: 100%").is_visible()
    page.get_by_role("link", name="Kembali ke Kec. Juai").click()
    page.get_by_role("link", name="Lihat 1 anggota yang belum memenuhi").click()
    page.get_by_label("Nama atau nomor anggota").fill("siti")
    page.get_by_role("button", name="Tampilkan").click()
    assert page.get_by_role("link", name="Siti Rahmah").is_visible()
    assert "periode=2026-2" in page.url
