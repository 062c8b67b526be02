"""The officers' page in a real browser: phone and desktop, light and dark, with and without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from members.models import Member, Squad
from regions.models import Region
from tests.browser import (
    DESKTOP,
    PHONE,
    TABLET,
    Browse,
    assert_no_axe_violations,
    assert_no_horizontal_scroll,
    assert_words_fit,
    log_in,
    look_over,
)
from tests.cast import Cast
from tests.factories import PeriodFactory
from training.exemption_services import ask_exemption
from training.models import Period, VillageTally

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("half")]


@pytest.mark.looks
def test_district_page_fits_and_reads_well(browse: Browse, cast: Cast):
    page = browse()
    log_in(page, cast.district_officer)
    page.goto("/pantau/")
    look_over(page, also=lambda: assert_tells_compliance(page))


def assert_tells_compliance(page: Page) -> None:
    expect(page.get_by_role("heading", level=1, name="Kec. Juai")).to_be_visible()
    expect(page.get_by_role("img", name="Kepatuhan 50%: 1 dari 2 anggota wajib")).to_be_visible()


def assert_fits(page: Page, width: int) -> None:
    """The open page on a screen so wide: no word leaves its box, nothing the screen."""
    page.set_viewport_size({"width": width, "height": 1024})
    assert_words_fit(page)
    assert_no_horizontal_scroll(page)


@pytest.mark.looks
def test_tiles_and_tables_leave_words_whole(browse: Browse, cast: Cast):
    for half in (1, 2):
        PeriodFactory(year=2025, half=half)
    Region.objects.filter(pk="63.11.01.2002").update(name="Mungkur Uyam Seberang")
    Member.objects.update(squad=Squad.objects.get(name__startswith="Pertolongan Pertama pada Korban"))
    Member.objects.filter(pk=cast.other_member.pk).update(name="Muhammad Syarifuddin Noor Rahman")
    page = browse()
    log_in(page, cast.district_officer)
    for path in ("/pantau/", "/anggota/", "/pantau/63.11.01/terlambat/"):
        page.goto(path)
        for width in (360, 768):
            assert_fits(page, width)


@pytest.mark.looks
def test_wide_tables_fit_a_tablet(browse: Browse, cast: Cast, half: Period):
    Region.objects.filter(pk="63.11.01.2002").update(name="Mungkur Uyam Seberang")
    Member.objects.update(name="Muhammad Syarifuddin Noor Rahman")
    VillageTally.objects.update(members=31700, required=31500, met=13300)
    days = {"starts_on": half.first_day, "ends_on": half.last_day, "kind": "deployment", "reason": "Bertugas"}
    ask_exemption(members=[cast.member, cast.other_member], by=cast.village_officer, **days)
    page = browse(size=TABLET)
    for who, path in (
        (cast.district_officer, "/dispensasi/"),
        (cast.regency_officer, "/pantau/"),
        (cast.admin, "/pantau/"),
        (cast.district_officer, "/laporan/"),
    ):
        log_in(page, who)
        page.goto(path)
        expect(page.locator(".table tbody tr").first).to_be_visible()
        for width in (768, 900):
            assert_fits(page, width)


def test_drill_down_to_the_members_and_back_without_scripts(browse: Browse, cast: Cast):
    page = browse(java_script_enabled=False)
    log_in(page, cast.regency_officer)
    page.goto("/pantau/")
    page.get_by_role("link", name="Kec. Juai").click()
    page.get_by_role("link", name="Desa Muara Ninian").click()
    expect(page.get_by_role("heading", level=1, name="Desa Muara Ninian")).to_be_visible()
    expect(page.get_by_text(cast.member.name).first).to_be_visible()
    assert_no_horizontal_scroll(page)
    page.get_by_label("Jejak halaman").get_by_role("link", name="Kab. Balangan").click()
    expect(page.get_by_role("heading", level=1, name="Kab. Balangan")).to_be_visible()


@pytest.mark.looks
def test_village_page_on_a_phone(browse: Browse, cast: Cast):
    page = browse()
    log_in(page, cast.village_officer)
    page.goto("/pantau/")
    expect(page.get_by_role("heading", level=1, name="Desa Muara Ninian")).to_be_visible()
    look_over(page, [PHONE], ["light"])


def test_the_weeks_open_as_a_table(browse: Browse, cast: Cast):
    page = browse(size=DESKTOP)
    log_in(page, cast.district_officer)
    page.goto("/pantau/")
    page.get_by_text("Angka tiap minggu").click()
    expect(page.get_by_role("columnheader", name="Minggu mulai")).to_be_visible()
    expect(page.get_by_role("rowheader", name="23 November 2026")).to_be_visible()
    assert_no_axe_violations(page)


def test_a_region_of_others_is_not_there(browse: Browse, cast: Cast):
    page = browse(console_errors=1)
    log_in(page, cast.neighbour_district_officer)
    response = page.goto("/pantau/63.11.01/")
    assert response is not None
    assert response.status == 404


@pytest.mark.looks
@pytest.mark.parametrize(
    "address", ["/pantau/63.11.01/terlambat/", "/pantau/bandingkan/?kode=63.11.01.2001&kode=63.11.01.2002"]
)
def test_list_and_comparison_fit_and_read_well(browse: Browse, cast: Cast, address: str):
    Member.objects.filter(pk=cast.other_member.pk).update(phone="+6281234567890", whatsapp_consent_at=timezone.now())
    page = browse()
    log_in(page, cast.district_officer)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look_over(page)


def test_compare_and_search_without_scripts(browse: Browse, cast: Cast):
    page = browse(java_script_enabled=False)
    log_in(page, cast.district_officer)
    page.goto("/pantau/")
    for village in ("Desa Muara Ninian", "Desa Sirap"):
        page.get_by_label(f"Bandingkan {village}").check()
    page.get_by_role("button", name="Bandingkan yang dicentang").click()
    expect(page.get_by_role("img", name="Kepatuhan Desa Muara Ninian: 100%")).to_be_visible()
    page.get_by_role("link", name="Kembali ke Kec. Juai").click()
    page.get_by_role("link", name="Lihat 1 anggota yang belum memenuhi").click()
    page.get_by_label("Nama atau nomor anggota").fill("siti")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.get_by_role("link", name="Siti Rahmah")).to_be_visible()
    assert "periode=2026-2" in page.url
