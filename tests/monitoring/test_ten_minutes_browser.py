"""The officer's ten minutes before a meeting: open, see, drill, look at who is late, take the files along, remind."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from members.models import Member
from tests.browser import (
    DESKTOP,
    PHONE,
    Browse,
    assert_no_axe_violations,
    assert_no_horizontal_scroll,
    assert_touch_targets,
    log_in,
)
from tests.cast import Cast
from training.models import HandReminder

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("half")]


def look(page: Page) -> None:
    """Everybody can read and use what is on the screen now."""
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    assert_no_axe_violations(page)


def take(page: Page, name: str) -> bytes:
    """What the link of this name downloads."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).first.click()
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("size", [PHONE, pytest.param(DESKTOP, marks=pytest.mark.looks)], ids=["360", "1200"])
def test_the_officers_ten_minutes(browse: Browse, cast: Cast, size: tuple[int, int]):
    Member.objects.filter(pk=cast.other_member.pk).update(phone="+6281234567890", whatsapp_consent_at=timezone.now())
    page = browse(size=size)
    log_in(page, cast.regency_officer)

    # Open, and see where the regency stands and what waits.
    page.goto("/pantau/")
    expect(page.get_by_role("heading", level=1, name="Kab. Balangan")).to_be_visible()
    expect(page.get_by_role("img", name="Kepatuhan 33%: 1 dari 3 anggota wajib")).to_be_visible()
    expect(page.get_by_role("heading", name="Perlu perhatian")).to_be_visible()
    look(page)

    # Drill down to the kecamatan and its villages.
    page.get_by_role("link", name="Kec. Juai").first.click()
    expect(page.get_by_role("heading", level=1, name="Kec. Juai")).to_be_visible()
    look(page)
    table = take(page, "Unduh Excel")
    assert table.startswith(b"PK")

    # Who is late, with a phone to call; this half and the last.
    page.get_by_role("link", name="Lihat 1 anggota yang belum memenuhi").click()
    expect(page.get_by_role("link", name="Siti Rahmah", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="0812-3456-7890")).to_be_visible()
    look(page)
    assert "Siti Rahmah" in take(page, "CSV").decode("utf-8-sig")

    # Remind them: first whom and with which words, then do it, once.
    page.get_by_role("link", name="Ingatkan sekarang").click()
    expect(page.get_by_role("heading", name="1 anggota akan diingatkan")).to_be_visible()
    expect(page.get_by_text("petugas wilayah Anda mengingatkan")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Ingatkan 1 anggota").dblclick()
    expect(page.get_by_text("1 anggota diingatkan.")).to_be_visible()
    assert HandReminder.objects.get().member == cast.other_member
    page.get_by_role("link", name="Ingatkan sekarang").click()
    expect(page.get_by_text("Tidak ada yang perlu diingatkan sekarang")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Kembali ke daftar").click()
    page.get_by_role("link", name="Semester lalu").click()
    expect(page.get_by_text("Tidak ada yang belum memenuhi")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Semester ini").click()

    # One member, and back up.
    page.get_by_role("link", name="Siti Rahmah", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Siti Rahmah")).to_be_visible()
    look(page)
    page.go_back()
    page.get_by_label("Jejak halaman").get_by_role("link", name="Kec. Juai").click()

    # The page for the camat.
    address = page.get_by_role("link", name="Laporan PDF").get_attribute("href")
    assert address
    assert page.request.get(address).body().startswith(b"%PDF-")
