"""The room's screens in a real browser, on a phone first."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from certificates.seal import seal
from certificates.services import issue_certificate
from tests.browser import LIGHTS, PHONE, SIZES, Browse, log_in, look_over
from tests.cast import make_cast
from tests.certificates.helpers import filed
from tests.factories import CertificateFactory, MemberFactory, TrainingRecordFactory
from tests.files import pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Muhammad Nu’man Al-Faruqi Syarifuddin bin Haji Abdul Gaffar Ma’ruf, S.Sos."


def look(
    page: Page,
    path: str,
    name: str,
    sizes: Sequence[tuple[int, int]] = (PHONE,),
    lights: Sequence[str] = ("light",),
) -> None:
    """Open a page, or stay, and check what can be checked in these sizes and lights; SHOTS=folder keeps pictures."""

    def picture() -> None:
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)

    if path:
        page.goto(path)
    look_over(page, sizes, lights, also=picture)


@pytest.mark.looks
def test_the_verification_answers_at_once(page: Page):
    cast = make_cast()
    record = TrainingRecordFactory(member=MemberFactory(name=LONG), score=90)
    certificate = issue_certificate(record_id=record.pk)
    revoked = CertificateFactory(
        record__member=cast.member, status="revoked", reason="Peserta keliru", changed_at=timezone.now()
    )

    look(page, f"/verifikasi/{certificate.token}/", "asli", SIZES, LIGHTS)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.get_by_role("heading", level=1)).to_have_text("ASLI")
        word = page.get_by_role("heading", level=1).bounding_box()
        assert word is not None
        assert word["y"] + word["height"] < 740  # seen without scrolling
        expect(page.get_by_text(LONG)).to_be_visible()

    look(page, f"/verifikasi/{revoked.token}/", "dicabut", SIZES, LIGHTS)
    expect(page.get_by_role("heading", level=1)).to_have_text("DICABUT")


def test_a_code_is_checked_by_hand_without_scripts(browse: Browse):
    cast = make_cast()
    certificate = CertificateFactory(record__member=cast.member)
    page = browse(java_script_enabled=False)
    page.goto("/verifikasi/")
    page.get_by_label("Kode, alamat verifikasi, atau nomor sertifikat").fill(certificate.number)
    page.get_by_role("button", name="Periksa", exact=True).click()
    page.get_by_label("Nama pemegang").fill("ahmad riduan")
    page.get_by_role("button", name="Periksa", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ASLI")


@pytest.mark.looks
def test_an_unknown_code(browse: Browse):
    page = browse(console_errors=1)  # Chromium reports the 404
    look(page, "/verifikasi/AAAAAAAAAAAAAAAAAAAAAA/", "tidak-dikenal")
    expect(page.get_by_role("heading", level=1)).to_have_text("TIDAK DIKENAL")


@pytest.mark.looks
def test_my_certificates_and_the_form(page: Page):
    cast = make_cast()
    issue_certificate(record_id=TrainingRecordFactory(member=cast.member).pk)
    CertificateFactory(record__member=cast.member)
    CertificateFactory(record__member=cast.member, status="revoked", reason="Keliru", changed_at=timezone.now())
    log_in(page, cast.member.user)
    look(page, "/sertifikat/", "sertifikat", SIZES, LIGHTS)
    look(page, "/verifikasi/", "periksa", SIZES, LIGHTS)


def test_issuing_anew_and_what_the_old_one_says(page: Page):
    cast = make_cast()
    certificate = CertificateFactory(record__member=cast.member)
    cast.member.name = "Ahmad Ridwan"
    cast.member.save()
    log_in(page, cast.regency_officer)
    page.goto(f"/verifikasi/{certificate.token}/")
    page.get_by_role("link", name="Terbitkan ulang").click()
    look(page, "", "terbit-ulang", SIZES)
    page.get_by_label("Alasan terbit ulang").fill("Ejaan nama diperbaiki.")
    page.get_by_role("button", name="Terbitkan ulang").click()
    expect(page.get_by_text("menggantikan nomor")).to_be_visible()
    expect(page.get_by_text("Ahmad Ridwan")).to_be_visible()
    look(page, "", "pengganti", SIZES)
    look(page, f"/verifikasi/{certificate.token}/", "diganti", SIZES)
    expect(page.get_by_role("heading", level=1)).to_have_text("DIGANTI")
    page.get_by_role("link", name="Lihat sertifikat penggantinya").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ASLI")


@pytest.mark.looks
def test_empty_making_revoking_and_signing(page: Page, private_files: Path):
    cast = make_cast()
    certificate = CertificateFactory(record__member=cast.member)
    log_in(page, cast.other_member.user)
    look(page, "/sertifikat/", "kosong")
    log_in(page, cast.regency_officer)
    look(page, certificate.pdf_path, "sedang-dibuat")
    look(page, f"/sertifikat/{certificate.uuid}/cabut/", "cabut")
    look(page, f"/sertifikat/{filed(certificate, seal(pdf())).uuid}/tanda-tangan/", "tanda-tangan")
