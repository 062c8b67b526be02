"""The whole way in a real browser on a phone: write, photograph, send, return, mend, send, verify."""

from json import dumps

import pytest
from playwright.sync_api import Page, Route, expect

from reports.models import ActivityReport
from reports.services import send_report
from tests.browser import (
    DESKTOP,
    PHONE,
    assert_no_axe_violations,
    assert_no_horizontal_scroll,
    assert_touch_targets,
    log_in,
    look_over,
)
from tests.factories import MemberFactory
from tests.files import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def colleagues(cast):
    return [MemberFactory(name=name) for name in ("Abdul Hamid", "Hairil Anwar", "Jumadi")]


def check_page(page: Page) -> None:
    assert_no_horizontal_scroll(page)
    assert_touch_targets(page)
    assert_no_axe_violations(page)


def photo_file(name: str, **options) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture(**options).read()}


def fill_in(page: Page) -> None:
    page.get_by_label("Jenis kegiatan").select_option("patrol")
    page.get_by_label("Tanggal", exact=True).fill("2026-11-20")
    page.get_by_label("Jam mulai").fill("20:00")
    page.get_by_label("Jam selesai").fill("23:00")
    page.get_by_label("Tempat").fill("RT 03, pos kamling")
    page.get_by_label("Hairil Anwar").check()
    page.get_by_label("Uraian kegiatan").fill("Berkumpul di pos.\nBerkeliling RT 01 sampai RT 05.")
    page.get_by_label("Hasil").fill("Aman dan terkendali.")


def saved(page: Page):
    return expect(page.locator("[data-save-status]"))


def test_from_the_first_word_to_the_verification(cast, page, browse):
    log_in(page, cast.member.user)
    page.goto("/laporan/")
    page.get_by_role("link", name="Tulis laporan").first.click()
    check_page(page)
    fill_in(page)
    saved(page).to_contain_text("Tersimpan pukul")
    report = ActivityReport.objects.get()
    assert (report.place, report.presences.count()) == ("RT 03, pos kamling", 2)
    expect(page).to_have_url(f"{page.url.split('/laporan')[0]}/laporan/{report.pk}/ubah/")

    page.get_by_label("Tambah foto").set_input_files(
        [
            photo_file("apel.jpg", width=2400, height=1800),
            {"name": "surat.txt", "mimeType": "text/plain", "buffer": b"x"},
        ]
    )
    expect(page.locator("[data-photos-status]")).to_have_text(
        "1 foto tersimpan, yang lain tidak dapat dipakai.", timeout=15_000
    )
    expect(page.locator("#photos")).to_contain_text("surat.txt: Berkas ini bukan foto")
    expect(page.locator(".report-photos li")).to_have_count(1)
    page.get_by_label("Keterangan").fill("Apel malam")
    check_page(page)
    page.get_by_role("button", name="Periksa dan kirim").click()

    expect(page.get_by_role("heading", name="Belum dikirim")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Kirim ke Kec. Juai").click()
    expect(page.locator("#messages")).to_contain_text("001/LAP/63.11.01.2001/")

    officer = browse(size=DESKTOP)
    log_in(officer, cast.district_officer)
    officer.goto("/laporan/?status=sent")
    check_page(officer)
    officer.get_by_role("link", name="Patroli").click()
    check_page(officer)
    officer.locator("summary", has_text="Kembalikan dengan alasan").click()
    officer.get_by_label("Apa yang harus diperbaiki?").fill("Sebutkan jam kembali ke pos.")
    officer.get_by_role("button", name="Kembalikan ke pelapor").click()
    expect(officer.locator("#messages")).to_contain_text("Laporan dikembalikan")

    page.goto("/laporan/")
    page.get_by_role("link", name="Patroli").click()
    expect(page.get_by_text("Sebutkan jam kembali ke pos.").first).to_be_visible()
    page.get_by_role("link", name="Perbaiki").click()
    page.get_by_label("Hasil").fill("Aman. Kembali ke pos pukul 22.45.")
    page.get_by_role("button", name="Periksa dan kirim").click()
    page.get_by_role("button", name="Kirim ke Kec. Juai").click()

    officer.reload()
    officer.get_by_role("button", name="Verifikasi laporan").click()
    expect(officer.locator("#messages")).to_contain_text("diverifikasi")
    report.refresh_from_db()
    assert (report.status, report.photos.get().caption) == ("verified", "Apel malam")
    assert [event.kind for event in report.events.all()] == ["sent", "returned", "sent", "verified"]


def test_without_javascript(cast, browse):
    page = browse(java_script_enabled=False)
    log_in(page, cast.member.user)
    page.goto("/laporan/baru/")
    fill_in(page)
    page.get_by_label("Tambah foto").set_input_files([photo_file("apel.jpg")])
    page.get_by_label("Tempat").press("Enter")
    expect(page.locator("#messages")).to_contain_text("1 foto ditambahkan.")
    expect(page.locator(".report-photos li")).to_have_count(1)  # Enter saved, it did not remove
    page.get_by_role("button", name="Periksa dan kirim").click()
    page.get_by_role("button", name="Kirim ke Kec. Juai").click()
    expect(page.locator("#messages")).to_contain_text("Laporan terkirim")


@pytest.mark.looks
def test_what_is_typed_without_a_network_is_saved_when_it_returns(cast, browse):
    page = browse(console_errors=5)
    log_in(page, cast.member.user)
    page.goto("/laporan/baru/")
    notice = page.locator("[data-save-notice]")
    page.context.set_offline(True)
    expect(notice).to_contain_text("Tidak ada jaringan. Teruslah menulis")
    page.get_by_label("Tindak lanjut").fill("Ronda berikutnya.")
    expect(notice).to_be_in_viewport()  # from the head of the form down to its foot
    page.get_by_label("Tempat").fill("Balai desa")
    saved(page).to_contain_text("Isian disimpan di perangkat ini.")
    check_page(page)
    assert not ActivityReport.objects.exists()
    page.context.set_offline(False)
    saved(page).to_contain_text("Tersimpan pukul")
    expect(notice).to_be_empty()
    assert ActivityReport.objects.get().place == "Balai desa"


@pytest.mark.looks
def test_sending_while_a_photo_is_on_its_way_waits_and_brings_it_once(cast, draft, page):
    log_in(page, cast.member.user)
    page.goto(f"/laporan/{draft.pk}/ubah/")
    held: list[Route] = []
    page.route("**/foto/", lambda route: held.append(route))  # noqa: PLW0108  (Playwright marks the function)
    page.get_by_label("Tambah foto").set_input_files([photo_file("apel.jpg", width=2400, height=1800)])
    expect(page.locator("[data-photos-status]")).to_have_text("Mengirim foto 1 dari 1 …", timeout=15_000)
    page.get_by_role("button", name="Periksa dan kirim").click(no_wait_after=True)
    expect(page.locator("[data-photos-status]")).to_have_text("Mengirim foto 1 dari 1 …")
    with page.expect_navigation():
        held[0].continue_()
    assert draft.photos.count() == 1


@pytest.mark.looks
def test_sending_without_a_network_stays_on_the_form(cast, draft, browse):
    page = browse(console_errors=5)
    log_in(page, cast.member.user)
    page.goto(f"/laporan/{draft.pk}/ubah/")
    page.context.set_offline(True)
    page.get_by_label("Tempat").fill("Balai desa")
    page.get_by_label("Tambah foto").set_input_files([photo_file("apel.jpg")])
    photos = page.locator("[data-photos-status]")
    expect(photos).to_contain_text("Foto terkirim sendiri saat jaringan kembali")
    page.get_by_role("button", name="Periksa dan kirim").click()
    saved(page).to_contain_text("Tidak ada jaringan")
    expect(page.get_by_label("Tempat")).to_have_value("Balai desa")
    page.context.set_offline(False)
    saved(page).to_contain_text("Tersimpan pukul")
    expect(photos).to_have_text("Foto tersimpan.")
    assert draft.photos.count() == 1
    assert not page.evaluate("localStorage.length")
    assert ActivityReport.objects.get().place == "Balai desa"


@pytest.mark.looks
def test_what_never_reached_the_server_comes_back_with_the_page(cast, browse):
    page = browse(console_errors=5)
    log_in(page, cast.member.user)
    page.goto("/laporan/baru/")
    no_posts = lambda route: route.abort() if route.request.method == "POST" else route.continue_()  # noqa: E731
    page.route("**/laporan/**", no_posts)
    page.get_by_label("Tempat").fill("Balai desa")
    page.get_by_label("Hairil Anwar").check()
    saved(page).to_contain_text("Isian disimpan di perangkat ini.")
    page.get_by_label("Tambah foto").set_input_files([photo_file("apel.jpg")])
    photos = page.locator("[data-photos-status]")
    expect(photos).to_contain_text("Belum ada jaringan.")
    page.unroute("**/laporan/**", no_posts)
    page.goto("/laporan/")
    expect(page.get_by_role("heading", name="1 laporan belum terkirim – tersimpan di perangkat ini")).to_be_visible()
    expect(page.locator("[data-drafts-note]")).to_have_text("1 foto belum ikut tersimpan – pilih lagi.")
    check_page(page)
    page.get_by_role("link", name="Lanjutkan: Balai desa").click()
    expect(photos).to_have_text("1 foto belum ikut tersimpan – pilih lagi.")
    expect(page.get_by_label("Tempat")).to_have_value("Balai desa")
    expect(page.get_by_label("Hairil Anwar")).to_be_checked()
    saved(page).to_contain_text("Tersimpan pukul", timeout=15_000)  # by itself: it has waited long enough
    page.goto("/laporan/")  # the draft is there, its photo is not
    expect(page.get_by_role("heading", name="1 isian belum seluruhnya sampai ke server")).to_be_visible()
    page.get_by_role("link", name="Lanjutkan: Balai desa").click()
    expect(photos).to_have_text("1 foto belum ikut tersimpan – pilih lagi.")
    page.get_by_role("button", name="Simpan draf").click()
    expect(page.locator("#messages")).to_contain_text("Draf tersimpan.")
    page.goto("/laporan/baru/")  # the next report starts empty
    expect(page.get_by_label("Tempat")).to_have_value("")
    assert ActivityReport.objects.get().place == "Balai desa"

    page.get_by_label("Tempat").fill("Pos ronda")  # and left at once: it lies here, for its writer alone
    here = page.locator("[data-drafts-of]")
    for user, is_seen in ((cast.village_officer, False), (cast.member.user, True)):
        log_in(page, user)
        page.goto("/laporan/")
        expect(here).to_be_visible(visible=is_seen)
    page.on("dialog", lambda dialog: dialog.accept())
    here.get_by_role("button", name="Hapus").click()
    expect(here).to_be_hidden()


@pytest.mark.looks
def test_a_draft_the_server_has_though_its_answer_was_lost_is_not_called_unsent(cast, draft, browse):
    page = browse(console_errors=5)
    log_in(page, cast.member.user)
    page.goto("/laporan/")
    old = {"key": str(draft.draft_key), "photos": 2, "at": 4e12, "values": []}
    page.evaluate("([name, copy]) => localStorage.setItem(name, copy)", [f"draft:{cast.member.user.pk}:1", dumps(old)])
    send_report(report=draft, by=cast.member.user)
    page.goto("/laporan/")
    assert not page.evaluate("localStorage.length")  # what was sent takes nothing any more
    page.goto("/laporan/baru/")
    page.route("**/laporan/baru/", lambda route: (route.fetch(), route.abort()))
    page.get_by_label("Tempat").fill("Balai desa")
    saved(page).to_contain_text("Isian disimpan di perangkat ini.")
    key = "document.querySelector('form[data-draft]').dataset.draftKey"
    assert str(ActivityReport.objects.latest("pk").draft_key) == page.evaluate(key)
    assert page.evaluate("localStorage.length") == 1
    page.goto("/laporan/")
    expect(page.locator("[data-drafts-of]")).to_be_hidden()
    assert not page.evaluate("localStorage.length")


@pytest.mark.looks
def test_what_is_typed_after_the_session_ended_comes_back(cast, draft, browse):
    page = browse(console_errors=5)
    log_in(page, cast.member.user)
    page.goto(f"/laporan/{draft.pk}/ubah/")
    page.context.clear_cookies()
    page.get_by_label("Hasil").fill("Ditulis setelah sesi berakhir.")
    saved(page).to_contain_text("Sesi Anda berakhir")
    page.get_by_role("button", name="Simpan draf").click()
    log_in(page, cast.member.user)
    page.goto(f"/laporan/{draft.pk}/ubah/")
    expect(page.get_by_label("Hasil")).to_have_value("Ditulis setelah sesi berakhir.")
    page.get_by_role("button", name="Simpan draf").click()
    expect(page.locator("#messages")).to_contain_text("Draf tersimpan.")
    draft.refresh_from_db()
    assert draft.result == "Ditulis setelah sesi berakhir."


@pytest.mark.looks
def test_members_are_found_by_typing(cast, page):
    log_in(page, cast.member.user)
    page.goto("/laporan/baru/")
    expect(page.locator("[data-picker-count]")).to_have_text("1 dari 4 anggota dipilih")
    page.get_by_label("Cari nama anggota").fill("ju")
    expect(page.get_by_label("Jumadi")).to_be_visible()
    expect(page.get_by_label("Abdul Hamid")).to_be_hidden()
    page.get_by_role("button", name="Pilih semua").click()
    expect(page.locator("[data-picker-count]")).to_have_text("2 dari 4 anggota dipilih")


@pytest.mark.looks
def test_what_is_missing_can_be_read_by_everybody(cast, draft, page):
    ActivityReport.objects.update(result="", unfinished={"coordinates": "pos"})
    log_in(page, cast.member.user)
    page.goto(f"/laporan/{draft.pk}/ubah/?periksa=1")
    expect(page.get_by_role("alert")).to_contain_text("Hasil: Tulis hasil kegiatan.")
    look_over(page, [PHONE])
    page.get_by_role("link", name="Hasil: Tulis hasil kegiatan.").click()
    expect(page.get_by_label("Hasil")).to_be_focused()
