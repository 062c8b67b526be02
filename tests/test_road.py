"""The main road, walked in a real browser on a phone by four people: register, verify, learn, pass, prove, monitor.

With PICTURES=1 in the environment it also writes the pictures of README.md that are about one member; tests/pictures.py
draws the others.
"""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from certificates.models import Certificate
from courses.sample_import import import_sample_course
from courses.services import open_shelf
from members.models import Member
from quizzes.models import Answer
from regions.models import Region
from tests.browser import DESKTOP, Browse, assert_no_axe_violations, assert_no_horizontal_scroll, log_in
from tests.cast import Cast, make_cast
from training.models import Standing
from training.periods import current_period
from training.services import open_period

pytestmark = pytest.mark.browser
ROOT = Path(settings.BASE_DIR)
SAMPLE = ROOT / "courses" / "samples" / "dasar-hukum-tugas-etika"
PASSWORD = "jaga-kampung-2026"
PICTURES = ROOT / "docs" / "pictures"
NAME = "Hasanudin Noor"
SECONDS = 30_000  # a real worker prints the certificate; CI is slow


@pytest.fixture
def people(browse: Browse, background: None) -> Cast:
    """The cast, the first course on the regency's shelf and the running period."""
    cast = make_cast()
    shelf = open_shelf(region=Region.objects.get(code="63.11"))
    admin = cast.admin
    import_sample_course(folder=SAMPLE, shelf=shelf, owner=admin)
    open_period(period=current_period("63.11.01"))
    return cast


@pytest.fixture
def check() -> Callable[..., None]:
    """Looks a page over: accessible, not too wide; takes its picture for README.md when asked."""

    def look(page: Page, picture: str = "") -> None:
        assert_no_axe_violations(page)
        assert_no_horizontal_scroll(page)
        if picture and os.environ.get("PICTURES"):
            page.screenshot(path=PICTURES / f"{picture}.png")

    return look


def register(page: Page, check: Callable[..., None]) -> None:
    """A stranger becomes a pending member of Muara Ninian, once the date of birth is mended."""
    page.goto("/daftar/")
    check(page)
    page.get_by_label("Nama").first.fill(NAME)
    page.get_by_label("NIK").fill("9911012005850007")
    page.get_by_label("Tanggal lahir").fill("2019-05-20")
    page.get_by_label("Laki-laki").check()
    page.get_by_label("Nomor HP").fill("0812-3456-7890")
    page.get_by_label("Desa atau kelurahan").first.press_sequentially("ninian ju")
    page.get_by_role("option", name="Muara Ninian").click()
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Nama").first).to_have_value(NAME)
    check(page)
    page.get_by_label("Tanggal lahir").fill("1985-05-20")
    send(page)
    expect(page.locator("main")).to_contain_text(re.compile("menunggu verifikasi", re.IGNORECASE))


def send(page: Page) -> None:
    """Send the registration, with the password, which no page gives back."""
    for password in page.locator("input[type=password]").all():
        password.fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Kirim pendaftaran").click()


def verify(page: Page, check: Callable[..., None]) -> None:
    """The village officer finds them in the queue and verifies them, a member since the decree of 2024."""
    page.goto("/anggota/?status=pending")
    check(page)
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_text("99••••••••••0007")).to_be_visible()
    check(page)
    joined = timezone.localdate() - timedelta(days=800)
    page.get_by_label("Sudah lebih dahulu").check()
    page.get_by_label("Tanggal SK").fill(joined.isoformat())
    with page.expect_navigation():
        page.get_by_role("button", name="Verifikasi").click()
    expect(page.locator("main")).to_contain_text(re.compile("aktif", re.IGNORECASE))


def read_lessons(page: Page, check: Callable[..., None]) -> None:
    """From the catalogue through every lesson of the course."""
    page.goto("/belajar/")
    check(page)
    page.goto("/kursus/dasar-hukum-tugas-etika/")
    check(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Mulai belajar").first.click()
    for number in range(len(list(SAMPLE.glob("[0-9][0-9]-*.toml")))):
        if number == 0:
            check(page, "materi")
        with page.expect_navigation():
            page.get_by_role("button", name="Tandai selesai").click()


def pass_quiz(page: Page, member: Member, check: Callable[..., None]) -> None:
    """Ten questions, answered rightly: the key is read from the database, the page never shows it."""
    page.goto("/kursus/dasar-hukum-tugas-etika/")
    with page.expect_navigation():
        page.get_by_role("button", name="Mulai kuis").click()
    answers = list(Answer.objects.filter(attempt__member=member).order_by("position"))
    assert len(answers) == 10
    for answer in answers:
        expect(page.get_by_role("heading", name=f"Soal {answer.position}")).to_be_visible()
        for choice in answer.snapshot["choices"]:
            if choice["correct"]:
                page.locator(f"label.choice:has(input[value='{choice['id']}']):visible").click()
        expect(page.get_by_text("Tersimpan").locator("visible=true").first).to_be_visible()
        if answer.position == 3:
            check(page, "kuis")
        page.get_by_role("button", name="Simpan &").locator("visible=true").click()
    expect(page.get_by_role("button", name="Kumpulkan sekarang")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Kumpulkan sekarang").click()
    expect(page.locator("main")).to_contain_text("100")
    check(page)


@pytest.mark.long
def test_the_road_from_registration_to_a_verified_certificate(people: Cast, browse: Browse, check: Callable[..., None]):
    # The member registers and waits.
    phone = browse()
    register(phone, check)
    check(phone)

    # The village officer verifies; the neighbour's officer sees nothing of it.
    officer = browse()
    log_in(officer, people.village_officer)
    verify(officer, check)
    member = Member.objects.get(name=NAME)
    assert member.status == Member.Status.ACTIVE
    neighbour = browse(console_errors=1)
    log_in(neighbour, people.neighbour_village_officer)
    assert neighbour.goto(f"/anggota/{member.pk}/").status == 404

    # The member logs in by phone, learns, and passes.
    phone.context.clear_cookies()
    phone.goto("/masuk/")
    check(phone)
    phone.locator("input[name=login]").fill("081234567890")
    phone.locator("input[name=password]").fill(PASSWORD)
    phone.get_by_role("button", name="Masuk").click()
    phone.wait_for_url("**/belajar/")
    expect(phone.locator("main")).to_contain_text("Belum")
    before = browse()
    log_in(before, people.district_officer)
    before.goto("/pantau/")
    assert Standing.objects.get(member=member).is_met is False
    read_lessons(phone, check)
    pass_quiz(phone, member, check)

    # The requirement is met and the certificate is theirs, by the worker where there is one.
    expect_soon(lambda: Certificate.objects.filter(record__member=member).exclude(sha256="").exists(), phone)
    phone.goto("/belajar/")
    expect(phone.locator("main")).to_contain_text("1 dari 1 pelatihan selesai")
    check(phone, "belajar")
    phone.goto("/sertifikat/")
    check(phone)
    certificate = Certificate.objects.get(record__member=member)
    pdf = phone.request.get(f"/sertifikat/{certificate.uuid}.pdf")
    assert pdf.status == 200
    assert pdf.body().startswith(b"%PDF")

    # Anybody verifies it; every printed field is there.
    anybody = browse()
    anybody.goto(f"/verifikasi/{certificate.token}/")
    for text in ("ASLI", NAME, certificate.number, "Dasar Hukum, Tugas & Etika Satlinmas"):
        expect(anybody.locator("main")).to_contain_text(text)
    check(anybody)
    found = anybody.request.get(f"/verifikasi/{certificate.token}.json").json()
    assert (found["status"], found["name"], found["number"]) == ("valid", NAME, certificate.number)

    # The kecamatan officer sees the number change.
    district = browse()
    log_in(district, people.district_officer)
    district.goto("/pantau/63.11.01/")
    check(district)
    figures = district.request.get("/pantau/63.11.01.json").json()
    assert figures["met"] == 1
    wide = browse(size=DESKTOP)
    log_in(wide, people.district_officer)
    wide.goto("/pantau/63.11.01/")
    check(wide)


def expect_soon(is_true: Callable[[], bool], page: Page) -> None:
    """Wait until the database says so, at most `SECONDS` milliseconds."""
    waited = 0
    while not is_true():
        assert waited < SECONDS, "it did not happen"
        page.wait_for_timeout(250)
        waited += 250
