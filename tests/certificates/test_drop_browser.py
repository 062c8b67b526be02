"""Dropping a PDF on the verification page, as people do it, with and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from certificates.services import issue_certificate
from tests.browser import DESKTOP, TABLET, Browse
from tests.cast import make_cast
from tests.certificates.test_browser import look
from tests.factories import TrainingRecordFactory

pytestmark = [pytest.mark.browser, pytest.mark.looks, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def files(private_files: Path, tmp_path: Path, transactional_db: None) -> tuple[Path, Path]:
    """A certificate's file, and the same with one byte changed."""
    cast = make_cast()
    certificate = issue_certificate(record_id=TrainingRecordFactory(member=cast.member).pk)
    true, edited = tmp_path / "asli.pdf", tmp_path / "diubah.pdf"
    content = (private_files / certificate.file).read_bytes()
    true.write_bytes(content)
    edited.write_bytes(content.replace(b"/Page\n", b"/Pagf\n", 1) if b"/Page\n" in content else content + b" ")
    return true, edited


def drop(page: Page, path: Path) -> None:
    """Let the file fall on the field; Chromium's own drag and drop, no script of the page has a part in it."""
    box = page.get_by_label("Berkas PDF sertifikat").bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    browser = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})


@pytest.mark.parametrize("size", [None, TABLET, DESKTOP], ids=["360", "768", "1200"])
def test_a_dropped_pdf_is_told_true_from_changed(browse: Browse, files: tuple[Path, Path], size):
    true, edited = files
    page = browse(**({"size": size} if size else {}))
    look(page, "/verifikasi/", "berkas")
    page.get_by_label("Berkas PDF sertifikat").scroll_into_view_if_needed()
    drop(page, true)
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ASLI")
    look(page, "", "berkas-asli")

    page.goto("/verifikasi/")
    page.get_by_label("Berkas PDF sertifikat").scroll_into_view_if_needed()
    drop(page, edited)
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("PDF INI DIUBAH")
    look(page, "", "berkas-diubah")


def test_without_scripts_it_is_chosen(browse: Browse, files: tuple[Path, Path]):
    page = browse(java_script_enabled=False)
    page.goto("/verifikasi/")
    page.get_by_label("Berkas PDF sertifikat").set_input_files(files[0])
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ASLI")


def test_what_is_no_pdf_is_said_beside_the_field(browse: Browse, files: tuple[Path, Path], tmp_path: Path):
    (tmp_path / "foto.pdf").write_bytes(b"bukan pdf")
    page = browse()
    page.goto("/verifikasi/")
    page.get_by_label("Berkas PDF sertifikat").set_input_files(tmp_path / "foto.pdf")
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_text("Ini bukan berkas PDF")).to_have_count(2)  # in the summary and beside the field
    look(page, "", "berkas-salah")
