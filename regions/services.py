"""Writing the regions: one service, the only one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TypeVar

from django.db import connection, transaction

from regions.catalogue import Row, rows_of, words_of
from regions.errors import TooManyRetired
from regions.models import Region, VillageWord

Item = TypeVar("Item")
RETIRED_AT_MOST = 0.1  # of the regions known so far
_BATCH = 100  # rows a statement: seven values each stay below the 999 that every SQLite takes
_INSERT = "INSERT INTO regions_region (code, name, level, parent_id, label, full_name, search_text) VALUES "
_INSERT_WORD = "INSERT INTO regions_villageword (word, village_id) VALUES "
_UPDATE = """
    UPDATE regions_region
    SET name = %s, level = %s, parent_id = %s, label = %s, full_name = %s, search_text = %s
    WHERE code = %s
"""


@dataclass(frozen=True)
class LoadReport:
    """What a load did, in regions."""

    total: int
    added: int
    renamed: int
    retired: int
    restored: int


@transaction.atomic
def load_regions(*, names: Mapping[str, str], today: date, force: bool = False) -> LoadReport:
    """Bring the table in line with the Ministry's list (official name by code).

    Safe to run again; a region that left the list is retired on `today` and never deleted, one that came back is
    restored. Raises TooManyRetired if more than a tenth would be retired, unless `force`.
    """
    wanted = {row.code: row for row in rows_of(names)}
    known = {row[0]: Row(*row) for row in Region.objects.values_list(*Row._fields)}
    retired = set(Region.objects.exclude(retired_on=None).values_list("code", flat=True))
    gone = known.keys() - wanted.keys() - retired
    if len(gone) > RETIRED_AT_MOST * len(known) and not force:
        raise TooManyRetired(f"{len(gone)} of {len(known)}")
    added = [row for code, row in wanted.items() if code not in known]
    changed = [row for code, row in wanted.items() if code in known and row != known[code]]
    restored = retired & wanted.keys()
    _write(added=added, changed=changed)
    _set_retired(gone, today)
    _set_retired(restored, None)
    renamed = sum((known[row.code].label, known[row.code].name) != (row.label, row.name) for row in changed)
    return LoadReport(total=len(wanted), added=len(added), renamed=renamed, retired=len(gone), restored=len(restored))


def _write(*, added: list[Row], changed: list[Row]) -> None:
    for batch in _batches([row.code for row in changed]):
        VillageWord.objects.filter(village__in=batch).delete()
    with connection.cursor() as cursor:
        cursor.executemany(_UPDATE, [(*row[1:], row.code) for row in changed])
    _insert(_INSERT, added)
    _insert(_INSERT_WORD, words_of([*added, *changed]))


def _set_retired(codes: Iterable[str], day: date | None) -> None:
    for batch in _batches(sorted(codes)):
        Region.objects.filter(code__in=batch).update(retired_on=day)


def _insert(statement: str, rows: Sequence[tuple[str | int | None, ...]]) -> None:
    """Many rows a statement, written out here: bulk_create needs three times as long to put its SQL together."""
    with connection.cursor() as cursor:
        for batch in _batches(rows):
            places = f"({', '.join(['%s'] * len(batch[0]))})"
            cursor.execute(statement + ", ".join([places] * len(batch)), [*chain.from_iterable(batch)])


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
