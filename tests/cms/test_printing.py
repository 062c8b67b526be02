"""The print helper: embedded fonts, equal bytes, and nothing fetched that is not ours."""

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from django.test import override_settings
from pypdf import PdfReader

from cms.print_engine import FONT_FILES, StaticOnlyFetcher, font_path
from cms.printing import ForbiddenResource, render_page, render_pdf

LOCMEM = "django.template.loaders.locmem.Loader"
FILESYSTEM = "django.template.loaders.filesystem.Loader"


@pytest.fixture
def print_of(settings):
    """Prints a body inside templates/print/base.html."""

    def render(body: str, **context: object) -> bytes:
        text = (
            '{% extends "print/base.html" %}{% block title %}Uji{% endblock %}{% block body %}'
            + body
            + "{% endblock %}"
        )
        engine = settings.TEMPLATES[0]
        options = {**engine["OPTIONS"], "loaders": [(LOCMEM, {"uji.html": text}), FILESYSTEM]}
        with override_settings(TEMPLATES=[{**engine, "APP_DIRS": False, "OPTIONS": options}]):
            return render_pdf(template="uji.html", context=context)

    return render


def test_prints_text_with_embedded_fonts_and_metadata(print_of, tmp_path: Path):
    file = tmp_path / "uji.pdf"
    file.write_bytes(print_of("<p>Halo {{ name }}</p>", name="Nu’man <b>"))

    reader = PdfReader(BytesIO(file.read_bytes()))
    assert "Halo Nu’man <b>" in reader.pages[0].extract_text()
    assert (reader.metadata.title, reader.metadata.author) == ("Uji", "Akademi Linmas")
    assert reader.trailer["/Root"]["/Lang"] == "id"
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all("Akademi-Sans" in line and " yes yes yes " in line for line in fonts)
    assert subprocess.run(["qpdf", "--check", file], capture_output=True, check=False).returncode == 0


def test_equal_input_gives_equal_bytes(print_of):
    assert print_of("<p>Sama</p>") == print_of("<p>Sama</p>")


def test_prints_a_picture_from_a_data_uri(print_of):
    svg = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
    assert print_of(f'<img alt="" src="{svg}">').startswith(b"%PDF-")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/a.png",
        "https://example.org/a.png",
        "//example.org/a.png",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "/etc/passwd",
        "../../lms/settings.py",
        "..%2f..%2flms/settings.py",
        "css/print/missing.css",
        "fonts/../../../../../etc/passwd",
        "fonts/OpenSans-Light.ttf",
    ],
)
def test_refuses_everything_that_is_not_ours(print_of, address: str):
    with pytest.raises(ForbiddenResource):
        print_of(f'<img alt="" src="{address}">')


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1:9/a"])
def test_refuses_the_same_from_inside_a_stylesheet_or_a_picture(print_of, address: str):
    with pytest.raises(ForbiddenResource):
        print_of(f'<style>@import url("{address}");</style><p>x</p>')
    inner = f"%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E%3Cimage href='{address}'/%3E%3C/svg%3E"
    with pytest.raises(ForbiddenResource):
        print_of(f'<img alt="" src="data:image/svg+xml,{inner}">')


def test_a_missing_font_names_the_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("cms.print_engine.FONT_ROOT", tmp_path)
    font_path.cache_clear()
    with pytest.raises(FileNotFoundError, match="fonts-ebgaramond"):
        font_path("EBGaramond12-Regular.otf")
    font_path.cache_clear()


def test_every_listed_font_is_installed():
    assert all(font_path(name).is_file() for name in FONT_FILES)


def test_the_fetcher_reads_a_static_file():
    response = StaticOnlyFetcher().fetch("https://static.invalid/css/print/base.css")
    assert b"Akademi Serif" in response.read()


def test_of_several_versions_the_first_that_fits_one_page_is_printed(settings):
    body = "{% for n in rows %}<p>baris {{ n }}</p>{% endfor %}"
    text = f'{{% extends "print/base.html" %}}{{% block body %}}{body}{{% endblock %}}'
    engine = settings.TEMPLATES[0]
    options = {**engine["OPTIONS"], "loaders": [(LOCMEM, {"uji.html": text}), FILESYSTEM]}
    versions = iter([{"rows": range(200)}, {"rows": range(3)}, {"rows": range(1)}])
    with override_settings(TEMPLATES=[{**engine, "APP_DIRS": False, "OPTIONS": options}]):
        reader = PdfReader(BytesIO(render_page(template="uji.html", contexts=versions)))
    assert len(reader.pages) == 1
    assert "baris 2" in reader.pages[0].extract_text()
    assert list(versions) == [{"rows": range(1)}]  # no more is laid out than is needed
