"""The Ministry's list of regions: reading the file we ship, and the rows that follow from codes and names alone."""

import csv
import lzma
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from regions.errors import BrokenCatalogue
from regions.labels import split_label
from regions.lookups import CODE
from regions.models import Region
from regions.scope import NATION_CODE
from regions.text import FIELD_SEPARATOR, endings, fold


class Row(NamedTuple):
    """What the list says of one region: the columns of `Region` of the same names."""

    code: str
    name: str
    level: int
    parent_id: str | None
    label: str
    full_name: str
    search_text: str


NATION = Row(NATION_CODE, "Indonesia", Region.Level.NATION, None, "", "Indonesia", " indonesia")
SHIPPED = Path(__file__).parent / "data" / "regions.csv.xz"


def read_names(path: Path = SHIPPED) -> dict[str, str]:
    """Official name by code, from a CSV with the columns `code` and `name`, plain or compressed with xz.

    Raises BrokenCatalogue for a file that is not such a table or whose tree has gaps.
    """
    opener = lzma.open if path.suffix == ".xz" else open
    try:
        with opener(path, "rt", encoding="utf-8", newline="") as lines:
            names = {row["code"]: row["name"].strip() for row in csv.DictReader(lines)}
    except (OSError, ValueError, KeyError, AttributeError, EOFError, lzma.LZMAError, csv.Error) as error:
        raise BrokenCatalogue(f"{path}: {error!r}") from error
    check_names(names)
    return names


def check_names(names: Mapping[str, str]) -> None:
    """Raise BrokenCatalogue for an empty list, a malformed code, a missing name or a missing parent."""
    if not names:
        raise BrokenCatalogue("no regions")
    for code, name in names.items():
        if code == NATION_CODE or not CODE.fullmatch(code) or not name:
            raise BrokenCatalogue(f"{code}: {name!r}")
        if parent_of(code) not in names and "." in code:
            raise BrokenCatalogue(f"{code}: no parent")


def parent_of(code: str) -> str:
    """The code one level up; the nation for a province."""
    return code.rpartition(".")[0] or NATION_CODE


def rows_of(names: Mapping[str, str]) -> list[Row]:
    """A row for every region of the list and one for the nation, parents first."""
    rows = {NATION_CODE: NATION}
    for code in sorted(names):
        rows[code] = _row(code, names[code], rows[parent_of(code)])
    return list(_tell_namesakes_apart(rows.values()))


def _row(code: str, official_name: str, parent: Row) -> Row:
    label, name = split_label(code, official_name)
    level = parent.level + 1
    head, context, search = f"{label} {name}".strip(), parent.full_name, f" {fold(name)}"
    if level == Region.Level.VILLAGE:  # read with its kecamatan and regency; the province only lengthens the line
        head, context = name, ", ".join(parent.full_name.split(", ")[:2])
    if level == Region.Level.PROVINCE:
        return Row(code, name, level, parent.code, label, head, search)
    search_text = f"{search}{FIELD_SEPARATOR}{parent.search_text.strip()}"
    return Row(code, name, level, parent.code, label, f"{head}, {context}", search_text)


def _tell_namesakes_apart(rows: Iterable[Row]) -> Iterator[Row]:
    """Namesakes in one kecamatan are shown with their label, and two desa of one name with their code as well."""
    rows = list(rows)
    count = Counter(row.full_name for row in rows)
    same_kind = Counter((row.full_name, row.label) for row in rows)
    for row in rows:
        if count[row.full_name] == 1:
            yield row
            continue
        mark = f" ({row.code})" if same_kind[row.full_name, row.label] > 1 else ""
        name, place = row.full_name[: len(row.name)], row.full_name[len(row.name) :]
        yield row._replace(full_name=f"{row.label} {name}{mark}{place}")


def words_of(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Every way into the name of each village among `rows`, with the village's code."""
    villages = (row for row in rows if row.level == Region.Level.VILLAGE)
    return [(word[:60], row.code) for row in villages for word in sorted(endings(fold(row.name)))]
