"""The rows of var/bench.json that say how speed grows, and the tables made of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lms.bench import Row, machine
from lms.stopwatch import Figure

_NAME = re.compile(r"(?P<engine>\w+), (?P<members>\d+) members: (?P<name>.*)")
PRESS, SENDING = "press, ", "sending, "
TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

Cells = dict[tuple[str, str], dict[int, Mapping[str, Any]]]  # by name and unit: the rows by their number of members


def growth_rows(found: Mapping[int, Sequence[Figure]], *, engine: str) -> list[Row]:
    """A row for each figure and size; `ratio` is the value over that of the smallest size that has it."""
    rows: list[Row] = []
    first: dict[tuple[str, str], tuple[int, float]] = {}
    for size, figures in sorted(found.items()):
        for figure in figures:
            least, value = first.setdefault((figure.name, figure.unit), (size, figure.value))
            against = f"{least} members {value:.2f} {figure.unit}" + (f"; {figure.about}" if figure.about else "")
            name = f"{engine}, {size} members: {figure.name}"
            rows.append(
                Row(name, round(figure.value, 2), figure.unit, against, round(figure.value / value, 2), figure.n)
            )
    return rows


def store(target: Path, rows: Sequence[Row]) -> None:
    """Write these rows into the file instead of those of the same kind; what another machine measured goes."""
    earlier = json.loads(target.read_text()) if target.exists() else {}
    groups = {_group(asdict(row)) for row in rows}
    here = earlier.get("rows", []) if earlier.get("machine") == machine() else []
    kept = [row for row in here if _group(row) not in groups]
    every = sorted([*kept, *map(asdict, rows)], key=_group)  # stable: the pages of the demo first
    target.write_text(json.dumps({"machine": machine(), "rows": every}, indent=1))


def _group(row: Mapping[str, Any]) -> str:
    """The engine of a row that says how something grew, nothing for the others; they are measured together."""
    match = _NAME.fullmatch(row["name"])
    return match["engine"] if match else ""


def cells(rows: Iterable[Mapping[str, Any]]) -> dict[str, Cells]:
    """The rows by engine, then by name and unit, then by size."""
    found: dict[str, Cells] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if match := _NAME.fullmatch(row["name"]):
            found[match["engine"]][match["name"], row["unit"]][int(match["members"])] = row
    return found


def growth_table(rows: Iterable[Row]) -> str:
    """The rows as text, a line for each figure."""
    lines: list[str] = []
    for engine, table in cells(map(asdict, rows)).items():
        sizes = sorted({size for by_size in table.values() for size in by_size})
        lines += [f"{TITLES.get(engine, engine):40}" + "".join(f"{size:>12,}" for size in sizes) + "   growth"]
        for (name, unit), by_size in table.items():
            values = "".join(f"{by_size[size]['value']:>12.2f}" if size in by_size else " " * 12 for size in sizes)
            lines.append(f"{name:40}{values}{by_size[max(by_size)]['ratio']:>8.2f}× {unit}")
    return "\n".join(lines)


def as_markdown(bench: Mapping[str, Any]) -> str:
    """All rows of a file as the tables of the README: the pages beside their floor, then each engine's growth."""
    rows = [row for row in bench["rows"] if not _group(row)]
    plain = [row for row in rows if not row["name"].startswith((PRESS, SENDING))]
    pressed = [row for row in rows if row["name"].startswith(PRESS)]
    sent = [row for row in rows if row["name"].startswith(SENDING)]
    lines = [f"Measured on: {bench['machine']}.", ""]
    if plain:
        lines += ["| page or act | median | × a bare Django view |", "|---|--:|--:|"]
        lines += [f"| {row['name']} | {row['value']:.1f} {row['unit']} | {row['ratio']:.1f} |" for row in plain]
    if pressed:
        lines += ["", "| certificates by the press | | | beside |", "|---|--:|--:|---|"]
        lines += [_press_line(row) for row in pressed]
    if sent:
        lines += ["", "| sending | | | beside |", "|---|--:|--:|---|"]
        lines += [_press_line(row, SENDING) for row in sent]
    for engine, table in cells(bench["rows"]).items():
        sizes = sorted({size for by_size in table.values() for size in by_size})
        lines += [
            "",
            f"| {TITLES.get(engine, engine)}, members | " + " | ".join(f"{n:,}" for n in sizes) + " | growth |",
        ]
        lines += ["|---|" + "--:|" * (len(sizes) + 1)]
        lines += [_markdown_line(*key, by_size, sizes) for key, by_size in table.items()]
    return "\n".join(lines) + "\n"


def _press_line(row: Mapping[str, Any], kind: str = PRESS) -> str:
    name, digits = row["name"].removeprefix(kind), 1 if kind == PRESS else 2
    return f"| {name} | {row['value']:,.1f} {row['unit']} | × {row['ratio']:.{digits}f} | {row['against']} |"


def _markdown_line(name: str, unit: str, by_size: Mapping[int, Mapping[str, Any]], sizes: Sequence[int]) -> str:
    values = [f"{by_size[size]['value']:,.1f}" if size in by_size else "" for size in sizes]
    return f"| {name}, {unit} | {' | '.join(values)} | {by_size[max(by_size)]['ratio']:.2f} |"
