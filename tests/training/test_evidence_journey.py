"""The whole way in a real browser on a phone: a member enters a training, an officer decides; a spreadsheet."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import (
    DESKTOP,
    TABLET,
    assert_no_axe_violations,
    assert_no_horizontal_scroll,
    assert_touch_targets,
    log_in,
    look_over,
)
from tests.factories import EvidenceFactory
from tests.files import picture
from tests.training.test_evidence_import import ROW, xlsx
from training.models import Evidence, TrainingRecord

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("private_folder"),
]
LONG = "Pelatihan Pengurangan Risiko Bencana Berbasis Masyarakat Tingkat Kabupaten"


def check_page(page: Page) -> None:
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    assert_no_axe_violations(page)


def photo_file() -> dict[str, object]:
    return {"name": "piagam.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}


def fill_in(page: Page, title: str = LONG) -> None:
    page.get_by_label("Nama pelatihan").fill(title)
    page.get_by_label("Penyelenggara").fill("BPBD Kabupaten Balangan")
    page.get_by_label("Bidang").select_option("bencana_kebakaran")
    page.get_by_label("Jumlah JP").fill("7,5")
    page.get_by_label("Tanggal selesai").fill("2026-08-17")
    page.get_by_label("Bukti: foto atau PDF").set_input_files([photo_file()])


def test_a_member_enters_and_the_village_approves(cast, page, browse):
    log_in(page, cast.member.user)
    page.goto("/belajar/")
    page.get_by_role("link", name="Pernah ikut pelatihan lain? Catat di sini").click()
    expect(page.get_by_role("heading", name="Belum ada pelatihan luar")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Catat pelatihan").first.click()
    expect(page.get_by_role("heading", name="Catat pelatihan luar")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Kirim untuk diperiksa").click()
    expect(page.get_by_role("alert")).to_contain_text("Tulis nama pelatihannya.")
    check_page(page)
    fill_in(page)
    page.get_by_role("button", name="Kirim untuk diperiksa").click()
    expect(page.locator("#messages")).to_contain_text("Tersimpan.")
    expect(page.get_by_role("img", name="Foto bukti")).to_be_visible()
    check_page(page)
    page.goto("/pelatihan-luar/")
    check_page(page)

    officer = browse()
    log_in(officer, cast.village_officer)
    officer.goto("/pelatihan-luar/?status=submitted")
    check_page(officer)
    officer.get_by_role("link", name=LONG).click()
    expect(officer.get_by_role("heading", name=LONG)).to_be_visible()
    check_page(officer)
    officer.get_by_role("button", name="Setujui").click()
    expect(officer.locator("#messages")).to_contain_text("sekarang dihitung")
    check_page(officer)
    assert TrainingRecord.objects.get().evidence.title == LONG

    page.goto("/pemberitahuan/")
    page.get_by_text("Pelatihan luar disetujui").first.click()
    expect(page.get_by_text("Pelatihan ini dihitung")).to_be_visible()


def test_without_javascript(cast, browse):
    page = browse(java_script_enabled=False)
    log_in(page, cast.member.user)
    page.goto("/pelatihan-luar/baru/")
    fill_in(page, "Dapur Umum")
    page.get_by_role("button", name="Kirim untuk diperiksa").click()
    expect(page.locator("#messages")).to_contain_text("Tersimpan.")

    officer = browse(java_script_enabled=False)
    log_in(officer, cast.village_officer)
    officer.goto("/pelatihan-luar/")
    officer.get_by_role("link", name="Dapur Umum").click()
    officer.locator("summary", has_text="Tolak dengan alasan").click()
    officer.get_by_label("Apa yang kurang?").fill("Tanggal di piagam tidak terbaca.")
    officer.get_by_role("button", name="Tolak").click()
    expect(officer.locator("#messages")).to_contain_text("Ditolak.")
    page.reload()
    expect(page.get_by_text("Tanggal di piagam tidak terbaca.")).to_be_visible()
    page.get_by_role("link", name="Catat lagi").click()
    expect(page.get_by_label("Nama pelatihan")).to_have_value("Dapur Umum")


def test_a_spreadsheet_comes_in_and_the_kecamatan_approves_what_it_ticks(cast, browse):
    page = browse()
    log_in(page, cast.village_officer)
    page.goto("/pelatihan-luar/impor/")
    check_page(page)
    sheet = xlsx([cast.member.number, *ROW[1:]], [cast.member.number, "Patroli", *ROW[2:]], ["LM9", *ROW[1:]])
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.get_by_label("Berkas .xlsx atau CSV").set_input_files({"name": "lama.xlsx", "mimeType": mime, "buffer": sheet})
    page.get_by_role("button", name="Lihat pratinjau").click()
    expect(page.get_by_text("bernomor LM9")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Simpan 2 baris yang siap").click()
    expect(page.locator("#messages")).to_contain_text("2 pelatihan tersimpan, 1 baris dilewati")

    officer = browse(size=DESKTOP)
    log_in(officer, cast.district_officer)
    officer.goto("/pelatihan-luar/?status=submitted")
    check_page(officer)
    officer.get_by_label("Pilih Patroli").check()
    officer.get_by_role("button", name="Setujui yang dipilih").click()
    expect(officer.locator("#messages")).to_contain_text("1 pelatihan disetujui.")
    assert [evidence.title for evidence in Evidence.objects.waiting()] == ["Dapur Umum"]


@pytest.mark.looks
def test_every_state_can_be_read_by_everybody(cast, browse):
    waiting = EvidenceFactory(member=cast.member, title=LONG, imported=True)
    refused = EvidenceFactory(member=cast.member, refused=True, imported=True)
    page = browse(size=TABLET)
    log_in(page, cast.district_officer)
    for address in ("", "?status=submitted", "?cari=zz", f"{waiting.uuid}/", f"{refused.uuid}/", "impor/"):
        page.goto(f"/pelatihan-luar/{address}")
        look_over(page, [TABLET])
