"""On a phone in a real browser: a village asks and the kecamatan grants; a member asks and the village grants."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from members.models import Member
from regions.timezones import local_date
from tests.browser import (
    DESKTOP,
    LIGHTS,
    SIZES,
    assert_no_axe_violations,
    assert_no_horizontal_scroll,
    assert_touch_targets,
    log_in,
    look_over,
)
from tests.factories import MemberFactory
from training.exemption_services import ask_exemption
from training.models import Exemption, Extension, Period
from training.periods import current_period
from training.services import open_period, record_training

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES", "")
VILLAGE = "63.11.01.2001"


@pytest.fixture(autouse=True)
def period(cast) -> Period:
    """The running half, with two more members who owe it."""
    for name in ("Hairil Anwar", "Jumadi"):
        MemberFactory(name=name)
    running = current_period(VILLAGE)
    open_period(period=running)
    return running


def check_page(page: Page, name: str, heading: str = "") -> None:
    """Look at the page once it is the one with this heading, and all there."""
    if heading:
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_load_state("load")
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    assert_no_axe_violations(page)
    picture(page, name)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def write_exemption(page: Page, period: Period) -> None:
    page.get_by_label("Sakit").check()
    page.get_by_label("Mulai").fill(period.first_day.isoformat())
    page.get_by_label("Sampai").fill(period.last_day.isoformat())
    page.get_by_label("Alasan").fill("Dirawat setelah kecelakaan.")


def ask_for_two(page: Page, period: Period) -> None:
    page.goto("/dispensasi/")
    page.get_by_role("link", name="Ajukan dispensasi").first.click()
    page.get_by_label("Ahmad Riduan").check()
    page.get_by_label("Nama atau nomor anggota").fill("juma")
    page.get_by_role("button", name="Tampilkan").click()
    expect(page.get_by_label("Ahmad Riduan")).to_have_count(0)
    page.get_by_label("Jumadi").check()
    check_page(page, "pilih")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("heading", name="Untuk 2 anggota")).to_be_visible()
    page.get_by_role("button", name="Periksa sebelum mengirim").click()
    expect(page.get_by_role("alert")).to_contain_text("Jenis: Pilih salah satu.")
    check_page(page, "isi-salah")
    write_exemption(page, period)
    page.get_by_role("button", name="Periksa sebelum mengirim").click()
    expect(page.get_by_text(f"membebaskan {period}")).to_have_count(2)
    check_page(page, "periksa")
    page.get_by_role("button", name="Ubah").click()
    expect(page.get_by_label("Alasan")).to_have_value("Dirawat setelah kecelakaan.")
    page.get_by_role("button", name="Periksa sebelum mengirim").click()
    page.get_by_role("button", name="Ajukan dispensasi").click()
    expect(page.locator("#messages")).to_contain_text("Dispensasi diajukan untuk 2 anggota")


def test_a_village_asks_and_the_kecamatan_grants(cast, period, page, browse):
    log_in(page, cast.village_officer)
    page.goto("/dispensasi/")
    check_page(page, "kosong")
    ask_for_two(page, period)
    check_page(page, "daftar-desa")
    assert {exemption.member.name for exemption in Exemption.objects.all()} == {"Ahmad Riduan", "Jumadi"}

    officer = browse(size=DESKTOP)
    log_in(officer, cast.district_officer)
    officer.goto("/pantau/")
    check_page(officer, "pantau")
    officer.get_by_role("link", name="Dispensasi menunggu keputusan").click()
    check_page(officer, "daftar-kecamatan", "Dispensasi")
    officer.get_by_role("link", name="Ahmad Riduan").click()
    check_page(officer, "rincian", "Ahmad Riduan")
    officer.get_by_role("button", name="Setujui").click()
    expect(officer.locator("#messages")).to_contain_text("Disetujui")
    officer.get_by_role("link", name="Cabut dispensasi").click()
    expect(officer.get_by_text(f"Ahmad Riduan wajib lagi pada {period}")).to_be_visible()
    check_page(officer, "cabut", "Cabut dispensasi")

    member = browse()
    log_in(member, cast.member.user)
    member.goto("/belajar/")
    expect(member.get_by_role("heading", name="Dispensasi")).to_be_visible()
    expect(member.get_by_text("Dispensasi sakit (").first).to_be_visible()
    check_page(member, "belajar-dispensasi")


def test_a_member_asks_for_longer_and_the_village_grants(cast, period, page, browse):
    log_in(page, cast.member.user)
    page.goto("/belajar/")
    check_page(page, "belajar")
    page.get_by_role("link", name="Minta perpanjangan waktu").click()
    check_page(page, "minta", "Perpanjangan waktu")
    page.get_by_role("button", name="Kirim permohonan").click()
    expect(page.get_by_role("alert")).to_contain_text("Isi tanggalnya.")
    check_page(page, "minta-salah")
    until = period.last_day + timedelta(days=20)
    page.get_by_label("Minta waktu sampai").fill(until.isoformat())
    page.get_by_label("Alasan").fill("Melaut sampai akhir bulan.")
    page.get_by_role("button", name="Kirim permohonan").click()
    expect(page.locator("#messages")).to_contain_text("Permohonan terkirim")
    check_page(page, "permohonan-saya")

    officer = browse()
    log_in(officer, cast.village_officer)
    officer.goto("/perpanjangan/")
    check_page(officer, "perpanjangan-desa")
    officer.get_by_role("link", name="Ahmad Riduan").click()
    check_page(officer, "perpanjangan-rincian", "Ahmad Riduan")
    officer.get_by_role("link", name="Tolak").click()
    check_page(officer, "perpanjangan-tolak", "Tolak perpanjangan waktu")
    officer.go_back()
    expect(officer.get_by_role("heading", name="Menunggu keputusan Anda")).to_be_visible()
    officer.get_by_role("button", name="Setujui").click()
    expect(officer.locator("#messages")).to_contain_text("Disetujui")
    assert Extension.objects.get().until == until
    page.reload()
    expect(page.get_by_text("Disetujui")).to_be_visible()


def trained(member: Member) -> None:
    for number in (1, 2):
        record_training(
            member=member,
            source=f"t:{number}",
            kind="online",
            title="Dasar Hukum, Tugas & Etika Satlinmas",
            lesson_hours=4,
            completed_at=timezone.now(),
        )


def look_in_every_size(page: Page, name: str, **button: str) -> None:
    """The page reads well, and its button or link can be pressed, in every size; it stays open on a phone."""
    shots = (f"{name}-{size[0]}" for size in SIZES[::-1])

    def press() -> None:
        for role, label in button.items():
            page.get_by_role(role, name=label).first.click(trial=True)
        picture(page, next(shots))

    look_over(page, SIZES[::-1], ["light"], also=press)


def test_a_training_is_taken_back_from_the_members_page(cast, page):
    trained(cast.member)
    log_in(page, cast.district_officer)
    page.goto(f"/anggota/{cast.member.pk}/")
    look_in_every_size(page, "anggota", link="Batalkan catatan")
    page.get_by_role("link", name="Batalkan catatan").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Batalkan catatan pelatihan")
    look_in_every_size(page, "batalkan", button="Batalkan catatan")
    page.get_by_label("Alasan pembatalan").fill("Tercatat dua kali.")
    page.get_by_role("button", name="Batalkan catatan").click()
    expect(page.locator("#messages")).to_contain_text("dibatalkan")
    expect(page.get_by_text("Tercatat dua kali.")).to_be_visible()
    look_in_every_size(page, "dibatalkan")


def test_without_javascript(cast, period, browse):
    page = browse(java_script_enabled=False)
    log_in(page, cast.village_officer)
    page.goto("/dispensasi/baru/")
    page.get_by_role("button", name="Pilih semua di halaman ini").click()
    expect(page.get_by_text("3 anggota dipilih")).to_be_visible()
    page.get_by_label("Ahmad Riduan").uncheck()
    page.get_by_role("button", name="Lanjut").click()
    write_exemption(page, period)
    page.get_by_role("button", name="Ubah pilihan anggota").click()
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_label("Alasan")).to_have_value("Dirawat setelah kecelakaan.")
    page.get_by_role("button", name="Periksa sebelum mengirim").click()
    page.get_by_role("button", name="Ajukan dispensasi").click()
    expect(page.locator("#messages")).to_contain_text("Dispensasi diajukan untuk 2 anggota")

    log_in(page, cast.district_officer)
    page.goto(f"/dispensasi/{Exemption.objects.first().uuid}/")
    page.get_by_role("link", name="Tolak").click()
    page.get_by_label("Alasan").fill("Lampirkan surat.")
    page.get_by_role("button", name="Tolak dispensasi").click()
    expect(page.get_by_text("Lampirkan surat.")).to_be_visible()


@pytest.mark.looks
def test_lists_and_pages_in_every_size_and_light(cast, period, page):
    today = local_date(timezone.now(), VILLAGE)
    for number, status in enumerate(("waiting", "granted", "refused", "withdrawn")):
        decided = {} if status == "waiting" else {"decided_at": timezone.now(), "decision_reason": "Surat ada."}
        facts = {"member": cast.member, "reason": "Patah kaki", "asked_by": cast.village_officer, "status": status}
        Exemption.objects.create(
            kind="illness", starts_on=today, ends_on=today + timedelta(days=number), **facts, **decided
        )
        if status != "withdrawn":
            half = Period.objects.get_or_create(year=period.year - 1 - number, half=1)[0]
            Extension.objects.create(period=half, until=half.last_day, **facts, **decided)
    log_in(page, cast.district_officer)
    one = f"/dispensasi/{Exemption.objects.first().uuid}/"
    for address, name in (("/dispensasi/", "d"), ("/perpanjangan/", "p"), ("/dispensasi/baru/", "b"), (one, "satu")):
        page.goto(address)
        shots = (f"{name}-{light}-{size[0]}" for size in SIZES for light in LIGHTS)
        look_over(page, also=lambda shots=shots: picture(page, next(shots)))


def test_the_kecamatan_grants_two_at_once(cast, period, page):
    days = {"kind": "illness", "reason": "Patah kaki", "starts_on": period.first_day, "ends_on": period.last_day}
    ask_exemption(members=Member.objects.active().filter(village=VILLAGE), by=cast.village_officer, **days)
    log_in(page, cast.district_officer)
    page.goto("/dispensasi/")
    for name in ("Ahmad Riduan", "Jumadi"):
        page.get_by_label(f"Setujui {name}").check()
    page.get_by_role("button", name="Setujui yang dicentang").click()
    expect(page.get_by_text("2 dispensasi disetujui.")).to_be_visible()
    assert Exemption.objects.waiting().get().member.name == "Hairil Anwar"


def test_the_village_asks_for_longer_for_a_member_without_an_account(cast, period, page):
    offline = MemberFactory(name="Datu Guru", user=None)
    open_period(period=period)
    log_in(page, cast.village_officer)
    page.goto(f"/anggota/{offline.pk}/")
    check_page(page, "anggota-tanpa-akun")
    page.get_by_role("link", name="Minta perpanjangan waktu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Minta perpanjangan waktu")
    look_over(page, also=lambda: picture(page, f"minta-untuk-{page.viewport_size['width']}"))
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_label("Minta waktu sampai").fill((period.last_day + timedelta(days=20)).isoformat())
    page.get_by_label("Alasan").fill("Melaut sampai akhir bulan.")
    page.get_by_role("button", name="Kirim permohonan").click()
    expect(page.locator("#messages")).to_contain_text("menunggu keputusan petugas lain")
    check_page(page, "minta-untuk-terkirim", "Datu Guru")
    assert Extension.objects.get().asked_by == cast.village_officer
