"""One style sheet, and the bytes a member's phone pays for it."""

import gzip
import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from cms.bundles import BundleFinder, join, sources

CSS = Path(settings.BASE_DIR) / "static" / "css"
CSS_BUDGET = 20_000
JS_BUDGET = 30_000


def gzipped(path: str | Path) -> int:
    return len(gzip.compress(Path(path).read_bytes(), 9))


def found(name: str) -> str:
    path = finders.find(name)
    assert path, name
    return path


def test_the_sheet_holds_every_source_once_and_names_the_layers_first():
    text = Path(found("css/app.css")).read_text()
    assert text.startswith("@layer tokens, base, layout, components, utilities;")
    assert text == join(sources(CSS))
    assert set(sources(CSS)) == {*CSS.glob("*.css"), *CSS.glob("components/*.css")}  # css/print/ is for PDFs
    assert "/*" not in text


def test_it_is_joined_again_when_a_source_changes(tmp_path: Path, settings):
    settings.BASE_DIR, settings.DATA_DIR = tmp_path, tmp_path / "var"
    folder = tmp_path / "static" / "css"
    (folder / "components").mkdir(parents=True)
    for name in ("tokens", "base", "layout"):
        (folder / f"{name}.css").write_text(f".{name} {{}}")
    finder = BundleFinder()
    sheet = Path(str(finder.find("css/app.css")))
    assert sheet.read_text() == ".tokens {}.base {}.layout {}\n"
    (folder / "components" / "card.css").write_text("/* a card */\n  .card {}\n")
    assert sheet.read_text() != Path(str(finder.find("css/app.css"))).read_text() or ".card" in sheet.read_text()
    assert ".card {}" in sheet.read_text()


def test_it_knows_nothing_else():
    finder = BundleFinder()
    assert finder.find("css/lain.css") == []
    assert [name for name, _ in finder.list([])] == ["css/app.css"]


def test_components_stay_in_their_layer():
    for path in (CSS / "components").glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL).strip()
        assert re.match(r"@layer components \{", text), path.name
        assert text.count("@layer") == 1, path.name


def test_the_style_sheet_keeps_its_budget():
    assert gzipped(found("css/app.css")) <= CSS_BUDGET


def test_the_scripts_of_a_page_keep_their_budget(client: Client, db: None):
    html = client.get("/").content.decode()
    scripts = re.findall(r'<script src="/static/([^"]+)" defer>', html)
    assert scripts == ["django_htmx/htmx-2.min.js", "js/app.js"]
    assert sum(gzipped(found(name)) for name in scripts) <= JS_BUDGET


def test_the_frame_of_a_page_asks_for_few_files(client: Client, db: None):
    html = client.get("/").content.decode()
    assert len(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))) <= 5
