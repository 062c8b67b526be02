"""What holds for every template."""

import re

import pytest
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
HALVES = re.compile(r"\{% translate [^%]*%\}\s*\{\{[^}]*\}\}\s*\{% translate ")


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_sentence_is_translated_as_one(path):
    """Other languages have another order of words: a variable stands within its sentence, by blocktranslate."""
    assert not HALVES.search(path.read_text())
