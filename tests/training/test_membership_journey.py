"""On a phone in a real browser: a village corrects, asks to move and ends; the other village accepts."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from members.models import Member
from regions.timezones import local_date
from tests.browser import LIGHTS, SIZES, log_in, look_over
from tests.training.conftest import open_halves

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES", "")
PHONE_ONLY = {"sizes": SIZES[:1], "lights": LIGHTS[:1]}


def look(page: Page, name: str, heading: str) -> None:
    """The page with this heading reads well: on a phone, and where pictures are asked for in every size and light."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    shots = (f"{name}-{size[0]}-{light}" for size in SIZES for light in LIGHTS)

    def picture() -> None:
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{next(shots)}.png", full_page=True)

    look_over(page, **({} if PICTURES else PHONE_ONLY), also=picture)


def show(page: Page, name: str, heading: str) -> None:
    """A page like another one that is looked at: only where pictures are asked for."""
    if PICTURES:
        look(page, name, heading)


def test_a_village_corrects_and_asks_and_the_other_one_accepts(cast, page):
    open_halves()
    today = local_date(timezone.now(), cast.member.village_id).isoformat()
    log_in(page, cast.village_officer)
    page.goto(f"/anggota/{cast.member.pk}/")
    page.get_by_role("link", name="Ubah data & status").click()
    look(page, "pilih", "Ubah data & status")
    page.get_by_role("link", name="Perbaiki data").click()
    page.get_by_label("Nama lengkap").fill("Ahmad Ridwan")
    page.get_by_role("button", name="Lihat akibatnya").click()
    expect(page.get_by_role("alert")).to_contain_text("Tuliskan alasannya.")
    look(page, "data", "Perbaiki data")
    page.get_by_label("Alasan").fill("Sesuai KTP.")
    page.get_by_role("button", name="Lihat akibatnya").click()
    show(page, "data-periksa", "Periksa sebelum menyimpan")
    page.get_by_role("button", name="Simpan perbaikan").click()
    expect(page.locator("#messages")).to_contain_text("Data Ahmad Ridwan diperbaiki.")
    show(page, "anggota", "Ahmad Ridwan")

    page.get_by_role("link", name="Ubah data & status").click()
    page.get_by_role("link", name="Pindah ke desa lain").click()
    page.get_by_label("Pindah ke desa atau kelurahan").and_(page.locator("input")).fill("Kapul")  # once the script ran
    page.get_by_role("option", name="Kapul").click()
    page.get_by_label("Per tanggal").fill(today)
    page.get_by_label("Alasan").fill("Menikah.")
    look(page, "pindah", "Pindah ke desa lain")
    page.get_by_role("button", name="Lihat akibatnya").click()
    show(page, "pindah-periksa", "Periksa sebelum menyimpan")
    page.get_by_role("button", name="Kirim permintaan").click()
    expect(page.locator("#messages")).to_contain_text("Permintaan terkirim.")

    log_in(page, cast.neighbour_village_officer)
    page.goto("/anggota/pindahan/")
    look(page, "pindahan", "Anggota pindahan")
    page.get_by_role("link", name="Ahmad Ridwan").click()
    look(page, "terima", "Ahmad Ridwan")
    page.get_by_role("button", name="Terima").click()
    expect(page.locator("#messages")).to_contain_text("sekarang anggota Desa Kapul")
    page.get_by_role("link", name="Ubah data & status").click()
    page.get_by_role("link", name="Akhiri keanggotaan").click()
    page.get_by_label("Mengundurkan diri").check()
    page.get_by_label("Per tanggal").fill(today)
    page.get_by_label("Alasan").fill("Bekerja di luar pulau.")
    page.get_by_role("button", name="Lihat akibatnya").click()
    expect(page.get_by_text("tidak lagi wajib")).to_be_visible()
    look(page, "akhiri-periksa", "Periksa sebelum menyimpan")
    page.get_by_role("button", name="Akhiri keanggotaan").click()
    expect(page.locator("#messages")).to_contain_text("dicatat berakhir")
    member = Member.objects.get(pk=cast.member.pk)
    assert (member.status, member.village_id) == ("inactive", "63.11.02.2001")
