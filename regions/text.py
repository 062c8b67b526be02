"""Texts as people type them: fit to be stored, and folded to one spelling for the index and for the question."""

import re
import unicodedata

LONGEST = 120  # characters of a question that count: a village with its kecamatan and regency fits
FIELD_SEPARATOR = " , "  # sorts before every letter and digit, so an exact name comes before a longer one

_SILENT = re.compile(r"['’`\"*]")
_OTHER = re.compile(r"[^a-z0-9]+")


def storable(text: str) -> str:
    """A text as it may be stored without being cleaned: PostgreSQL takes no NUL, and no keyboard types one."""
    return text.replace("\0", "").strip()


def fold(text: str) -> str:
    """Lower-case ASCII words with single spaces: `Ki’e, Kec. JUAI` → `kie kec juai`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _OTHER.sub(" ", _SILENT.sub("", plain.lower())).strip()


def endings(folded: str) -> set[str]:
    """Every way into a name: from each of its words to the end, written together.

    `sido mulyo` → `sidomulyo`, `mulyo`: a prefix of one of them is what somebody types who knows any word of the
    name, or who writes in one word what the Ministry writes in two.
    """
    words = folded.split()
    return {"".join(words[start:]) for start in range(len(words))}
