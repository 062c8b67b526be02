"""Uploads as the embedded default serves them: nothing in them runs, videos can be wound forward."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from playwright.sync_api import Route, expect
from wagtail.documents import get_document_model

from cms.media import CONTENT_POLICY
from tests.browser import Browse

EVIL_SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" onload="document.title='jahat'">
<script>document.title='jahat'</script><rect width="10" height="10"/></svg>"""


@pytest.fixture
def upload(db: None):
    """Puts a file below MEDIA_ROOT and takes it away again."""
    names = []

    def put(name: str, content: bytes) -> str:
        names.append(default_storage.save(name, ContentFile(content)))
        return f"/media/{names[-1]}"

    yield put
    for name in names:
        default_storage.delete(name)


def body(response: object) -> bytes:
    return b"".join(response)


def test_a_picture_is_shown_and_kept(upload):
    response = Client().get(upload("original_images/gambar.svg", EVIL_SVG))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Security-Policy"] == CONTENT_POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "max-age=2592000" in response["Cache-Control"]
    assert "attachment" not in response.get("Content-Disposition", "")
    assert body(response) == EVIL_SVG


@pytest.mark.parametrize(
    ("name", "kind"), [("a.webp", "image/webp"), ("a.png", "image/png"), ("a.mp4", "video/mp4"), ("a.m4a", "audio/mp4")]
)
def test_kinds_are_known_on_every_machine(upload, name: str, kind: str):
    response = Client().get(upload(f"images/{name}", b"x"))
    assert response["Content-Type"] == kind


def test_anything_else_is_a_download(upload):
    response = Client().get(upload("images/halaman.html", b"<script>alert(1)</script>"))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Security-Policy"] == CONTENT_POLICY


def test_an_unchanged_file_is_not_sent_again(upload):
    address = upload("images/a.png", b"x")
    seen = Client().get(address)["Last-Modified"]
    response = Client().get(address, headers={"If-Modified-Since": seen})
    assert response.status_code == 304


@pytest.mark.parametrize(
    ("asked", "status", "part", "described"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=0-0", 206, b"0", "bytes 0-0/10"),
    ],
)
def test_a_part_of_a_video(upload, asked: str, status: int, part: bytes, described: str):
    response = Client().get(upload("documents/video.mp4", b"0123456789"), headers={"Range": asked})
    assert response.status_code == status
    assert response["Content-Range"] == described
    assert response["Content-Length"] == str(len(part))
    assert body(response) == part


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=5-2", "bytes=-0", "bytes=999999999999999999-"])
def test_a_part_that_is_not_there(upload, asked: str):
    response = Client().get(upload("documents/video.mp4", b"0123456789"), headers={"Range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */10"


BEYOND_ANY = f"bytes={'9' * 5000}-"  # longer than Python reads as one number


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=a-b", "bytes=0-1,3-4", "lines=1-2", BEYOND_ANY])
def test_a_range_that_makes_no_sense_is_ignored(upload, asked: str):
    response = Client().get(upload("documents/video.mp4", b"0123456789"), headers={"Range": asked})
    assert response.status_code == 200
    assert body(response) == b"0123456789"


@pytest.mark.parametrize(
    "path",
    ["tidak-ada.png", "../secrets/secret_key", "..%2fsecrets/secret_key", "%2e%2e/secrets/secret_key", "images/"],
)
def test_nothing_outside_is_found(db: None, path: str):
    assert Path(settings.DATA_DIR / "secrets" / "secret_key").exists()
    assert Client().get(f"/media/{path}").status_code == 404


def test_only_reading(upload):
    assert Client().post(upload("images/a.png", b"x")).status_code == 405


def test_documents_are_attached_by_wagtails_view(upload):
    name = upload("documents/tugas.pdf", b"%PDF-1.4").removeprefix("/media/")
    assert Client().get(f"/media/{name}").status_code == 404
    document = get_document_model().objects.create(title="Tugas", file=name)
    response = Client().get(document.url)
    assert document.url.startswith("/dokumen/")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def answer_by_the_view(route: Route) -> None:
    """Django's live server serves media by itself, without our headers; here the view answers."""
    response = Client().get(urlsplit(route.request.url).path)
    route.fulfill(status=response.status_code, headers=dict(response.items()), body=body(response))


@pytest.mark.browser
def test_an_svg_opened_on_its_own_runs_nothing(browse: Browse, upload):
    page = browse(console_errors=9)  # Chromium reports every script it blocked
    page.route("**/media/**", answer_by_the_view)
    response = page.goto(upload("original_images/jahat.svg", EVIL_SVG))
    assert response.status == 200
    expect(page.locator("rect")).to_have_count(1)
    assert page.evaluate("document.title") != "jahat"
    assert page.evaluate("self.origin") == "null"  # sandboxed: not our address, so no cookies


def test_a_name_too_long_for_a_file_is_not_found(db: None, client: Client, settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    assert client.get(f"/media/{'a' * 400}").status_code == 404
