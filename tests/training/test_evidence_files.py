"""The file of evidence, judged by its bytes, never by its name: a photo keeps its pixels, a PDF only shows pages."""

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.files import GPS, pdf, phone_photo, picture, upload
from training import evidence_files
from training.evidence_errors import (
    FileTooBig,
    FileUnreadable,
    PdfIsActive,
    PdfLocked,
    PdfTooLong,
    PhotoUnusable,
)
from training.evidence_files import clean_file


def test_a_photo_keeps_its_pixels_and_nothing_else():
    original = phone_photo(800, 600)
    raw = original.read()
    assert Image.open(BytesIO(raw)).getexif().get_ifd(GPS)
    clean = clean_file(original)
    assert clean.ending == "jpg"
    assert not Image.open(BytesIO(clean.data)).getexif()
    for secret in (b"PonselRahasia", b"catatan rahasia", b"Exif"):
        assert secret in raw
        assert secret not in clean.data


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_every_photo_becomes_a_jpeg(fmt):
    assert Image.open(BytesIO(clean_file(picture(fmt=fmt)).data)).format == "JPEG"


@pytest.mark.parametrize("name", ["piagam.pdf", "piagam.jpg"])
def test_a_pdf_keeps_its_bytes_so_that_a_signature_stays_true(name):
    raw = pdf(2)
    clean = clean_file(upload(raw, name))
    assert (clean.ending, clean.data) == ("pdf", raw)


def compressed(data: bytes, tmp_path: Path) -> bytes:
    """The same PDF with its objects inside of compressed streams, as most programs write them."""
    plain, packed = tmp_path / "plain.pdf", tmp_path / "packed.pdf"
    plain.write_bytes(data)
    subprocess.run(["qpdf", "--object-streams=generate", str(plain), str(packed)], check=True)
    return packed.read_bytes()


def test_compressed_objects_of_a_pdf_are_read_too(tmp_path):
    assert clean_file(upload(compressed(pdf(), tmp_path))).ending == "pdf"
    hidden = compressed(pdf(action="JavaScript", JS="app.alert(1)"), tmp_path)
    assert b"/JavaScript" not in hidden
    with pytest.raises(PdfIsActive):
        clean_file(upload(hidden))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"bukan foto",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\xff\xd8\xff\xe0 JPEG only by its first bytes <script>",
        b"%PDF-1.7\nonly its first line",
        b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF",
        b"\n" + pdf(),
        b"PK\x03\x04word/document.xml",
    ],
    ids=["empty", "text", "svg", "html", "fake-jpeg", "fake-pdf", "html-pdf", "late-pdf", "docx"],
)
@pytest.mark.parametrize("name", ["piagam.jpg", "piagam.pdf"])
def test_what_is_neither_is_refused_whatever_its_name(data, name):
    with pytest.raises(FileUnreadable):
        clean_file(upload(data, name))


def test_half_a_pdf_is_refused():
    whole = pdf(3)
    with pytest.raises(FileUnreadable):
        clean_file(upload(whole[: len(whole) // 3]))


@pytest.mark.parametrize(
    "data",
    [
        pdf(action="JavaScript", JS="app.alert(1)"),
        pdf(attachment=True),
        pdf(action="Launch", F="cmd.exe"),
        pdf(action="SubmitForm", F="https://jahat.example"),
    ],
    ids=["script", "attachment", "program", "form"],
)
def test_a_pdf_that_does_more_than_show_pages_is_refused(data):
    with pytest.raises(PdfIsActive):
        clean_file(upload(data, "piagam.pdf"))


def test_a_pdf_that_opens_at_a_page_is_fine():
    assert clean_file(upload(pdf(action="GoTo", D="1"))).ending == "pdf"


def test_a_locked_pdf_is_refused():
    with pytest.raises(PdfLocked):
        clean_file(upload(pdf(password="rahasia")))


def test_a_book_is_refused(monkeypatch):
    with pytest.raises(PdfTooLong):
        clean_file(upload(pdf(31)))
    monkeypatch.setattr(evidence_files, "MAX_OBJECTS", 3)
    with pytest.raises(PdfTooLong):
        clean_file(upload(pdf(2)))


@pytest.mark.parametrize("start", [b"\xff\xd8", b"%PDF-1.7"])
def test_more_than_five_megabytes_are_refused(start):
    with pytest.raises(FileTooBig, match="5 MB"):
        clean_file(upload(start + b"\0" * evidence_files.MAX_UPLOAD_BYTES))


def test_a_photo_that_cannot_be_used_says_why():
    with pytest.raises(PhotoUnusable, match="HEIC"):
        clean_file(upload(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1"))
