"""The CMS speaks Indonesian: Wagtail's own catalogue first, ours for what it leaves in English."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import gettext, ngettext

from tests.cast import Cast

FOLDER = Path(settings.LOCALE_PATHS[0]) / "id_ID" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def compiled(domain: str) -> dict[str, str]:
    with (FOLDER / f"{domain}.mo").open("rb") as file:
        catalogue = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return {key if isinstance(key, str) else key[0]: text for key, text in catalogue.items() if key}


def test_editors_read_indonesian():
    assert gettext("Save schedule") == "Simpan jadwal"
    assert gettext("Home") == "Beranda"  # Wagtail's own
    assert ngettext("%(count)s descendant collection", "%(count)s descendant collections", 3) == (
        "%(count)s koleksi di bawahnya"
    )


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_catalogue_is_the_written_one(domain: str):
    written = (FOLDER / f"{domain}.po").read_text(encoding="utf-8")
    assert len(compiled(domain)) == len(re.findall(r"^msgid ", written, re.MULTILINE)) - 1


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_no_translation_loses_a_figure(domain: str):
    for entry in (FOLDER / f"{domain}.po").read_text(encoding="utf-8").split("\n\n")[1:]:
        source, text = re.split(r"^msgstr", entry, maxsplit=1, flags=re.MULTILINE)
        source = source.partition("msgid_plural")[2] or source
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(source)), source


def test_the_front_desk_of_the_cms_is_indonesian(client: Client, cast: Cast):
    client.force_login(cast.admin)
    html = client.get("/cms/").content.decode()
    assert "Cari semua halaman…" in html
    assert '<html lang="id-id"' in html
    assert "Tindakan lain" in client.get("/cms/jsi18n/").content.decode()
