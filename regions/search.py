"""Finding a village by what somebody types: its name, any word of it, and the places it lies in.

"muara ninian", "ninian juai", "sidomulyo sleman" and "sido mulyo" all lead there. Each step below is answered from an
index, on SQLite as on PostgreSQL, and the next one runs only while the list still has room.
"""

from collections.abc import Iterable, Iterator

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Collate

from regions.models import Region, RegionQuerySet, VillageWord
from regions.text import LONGEST, fold

SHORTEST = 2  # letters; fewer would match half the country
AT_MOST = 10  # hits; who needs more adds a word
_WORDS = 8
# What people write before a name; the list of regions knows the names without them.
_HIGHER_LABELS = "kec kecamatan distrik kapanewon kemantren kab kabupaten kota adm prov provinsi"
_LABELS = {*_HIGHER_LABELS.split(), "desa", "ds", "kel", "kelurahan", "kalurahan"}


def find_villages(text: str, *, limit: int = AT_MOST) -> list[Region]:
    """The active villages that `text` means, best first: exact names, longer names, then any words in any order."""
    question = fold(text[:LONGEST])
    if len(question) < SHORTEST:
        return []
    found: dict[str, Region] = {}
    for hits in _steps(question, found):
        for village in hits[:limit]:
            found.setdefault(village.code, village)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _steps(question: str, found: dict[str, Region]) -> Iterator[RegionQuerySet]:
    yield _ordered().filter(search_text__begins=f" {question}", level=Region.Level.VILLAGE)
    words = question.split()
    words = ([word for word in words if word not in _LABELS] or words)[:_WORDS]
    for place, word in enumerate(words):
        if len(word) >= SHORTEST:
            yield _named(word, words[:place] + words[place + 1 :])
    yield _ordered().filter(parent__in=Region.objects.filter(_holds(words), level=Region.Level.DISTRICT))
    if not found:  # two words that the Ministry writes as one
        for place in range(len(words) - 1):
            yield _named(words[place] + words[place + 1], words[:place] + words[place + 2 :])


def _ordered() -> RegionQuerySet:
    # Each step narrows to villages by a key of its own: one more condition on the level sends SQLite's planner to walk
    # all 83,762 of them for the sake of the order.
    order = Collate(F("search_text"), "C" if connection.vendor == "postgresql" else "BINARY")
    return Region.objects.active().only("code", "full_name", "level").order_by(order, "code")


def _named(word: str, others: list[str]) -> RegionQuerySet:
    """Villages with the word in their own name, the others anywhere in their name or the places above."""
    own = VillageWord.objects.filter(word__begins=word).values("village")
    return _ordered().filter(_holds(others), code__in=own)


def _holds(words: Iterable[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(search_text__contains=f" {word}")
    return condition
