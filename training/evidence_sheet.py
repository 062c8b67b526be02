"""Reading a spreadsheet of past trainings, as text and nothing but text, and the example that people fill in."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from training.evidence_errors import SheetRefused
from training.fields import TrainingField

MAX_UPLOAD_BYTES = 2 * 1024 * 1024
MAX_UNPACKED_BYTES = 20 * 1024 * 1024  # what the parts of a workbook may unpack to, all together
MAX_PARTS = 500
MAX_ROWS = 2000
MAX_LINES = 20_000  # empty ones included
MAX_COLUMNS = 50
MAX_CELL = 300  # characters kept of one cell; longer than anything that could be right
COLUMNS = {
    "number": "Nomor anggota",
    "title": "Nama pelatihan",
    "organiser": "Penyelenggara",
    "field": "Bidang",
    "lesson_hours": "JP",
    "completed_on": "Tanggal",
}
_ALSO = {
    "no anggota": "number",
    "pelatihan": "title",
    "jam pelajaran": "lesson_hours",
    "tanggal selesai": "completed_on",
}
_HEADINGS = {heading.casefold(): name for name, heading in COLUMNS.items()} | _ALSO
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class SheetRow:
    """One row: its line in the file as people see it, and its text by column."""

    line: int
    cells: dict[str, str]


def read_sheet(upload: IO[bytes]) -> list[SheetRow]:
    """The rows under the headings of an XLSX or CSV, told apart by their bytes; empty rows are passed over.

    A formula stays a text that starts with `=`, dates become `17/08/2025`. Raises SheetRefused with what to do.
    """
    upload.seek(0)
    raw = upload.read(MAX_UPLOAD_BYTES + 1)
    if len(raw) > MAX_UPLOAD_BYTES:
        raise SheetRefused(_("Berkas ini lebih dari 2 MB. Salin hanya kolom yang diminta ke contoh berkas."))
    if raw.startswith(_OLD_EXCEL):
        raise SheetRefused(_("Berkas Excel lama (.xls) belum dapat dibaca. Simpan sebagai .xlsx, lalu unggah lagi."))
    lines = _workbook_lines(raw) if raw.startswith(b"PK") else _csv_lines(raw)
    rows = _rows_under_headings(lines)
    if not rows:
        raise SheetRefused(_("Tidak ada isian di bawah judul kolom. Isi contoh berkas, satu pelatihan satu baris."))
    return rows


def _rows_under_headings(lines: Iterator[list[str]]) -> list[SheetRow]:
    places: dict[str, int] = {}
    rows: list[SheetRow] = []
    for number, line in enumerate(lines, start=1):
        if number > MAX_LINES:
            raise SheetRefused(_("Lembar ini terlalu panjang. Salin baris yang terisi ke contoh berkas."))
        if not any(line):
            continue
        if not places:
            places = _places_of(line)
            continue
        cells = {name: line[place] if place < len(line) else "" for name, place in places.items()}
        if any(cells.values()):
            rows.append(SheetRow(number, cells))
        if len(rows) > MAX_ROWS:
            raise SheetRefused(_("Lebih dari 2.000 baris. Bagi menjadi beberapa berkas, lalu impor satu per satu."))
    return rows


def _places_of(line: list[str]) -> dict[str, int]:
    """Which column holds what; the first line that says anything has to be the headings."""
    found = [_HEADINGS.get(" ".join(cell.casefold().replace(".", " ").split())) for cell in line]
    if missing := [heading for name, heading in COLUMNS.items() if name not in found]:
        text = _("Judul kolom tidak ditemukan: %(columns)s. Tulis judulnya di baris pertama seperti di contoh berkas.")
        raise SheetRefused(text % {"columns": ", ".join(missing)})
    return {name: found.index(name) for name in COLUMNS}


# --- XLSX -------------------------------------------------------------------------------------


def _workbook_lines(raw: bytes) -> Iterator[list[str]]:
    unreadable = SheetRefused(_("Berkas ini bukan lembar kerja Excel yang utuh. Simpan lagi sebagai .xlsx atau CSV."))
    try:
        _check_size(raw)
        # Not `data_only`: a formula has to be seen, and its last result may be missing or old.
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        rows = book.worksheets[0].iter_rows(max_col=MAX_COLUMNS, values_only=True)
        for row in islice(rows, MAX_LINES + 1):
            yield [_text(value) for value in row]
    except SheetRefused:
        raise
    except Exception as error:  # a damaged or hostile workbook fails in any way it likes
        raise unreadable from error


def _check_size(raw: bytes) -> None:
    """Before anything is unpacked: zipfile never reads more of a part than it declares, so the sum is a limit."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        parts = packed.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise SheetRefused(_("Isi berkas ini terlalu besar. Salin hanya kolom yang diminta ke contoh berkas."))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):  # also a datetime
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    if isinstance(value, (str, int)):
        return _tidy(str(value))
    return "="  # openpyxl's own objects for the rarer kinds of formula


def _tidy(text: str) -> str:
    return " ".join(text[:MAX_CELL].split())


# --- CSV --------------------------------------------------------------------------------------


def _csv_lines(raw: bytes) -> Iterator[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")  # what Excel writes without asking
    if "\0" in text or not text.strip():
        raise SheetRefused(_("Berkas ini kosong atau bukan lembar kerja. Unggah .xlsx atau CSV."))
    first = next(line for line in text.splitlines() if line.strip())
    delimiter = max(";,\t", key=first.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [_tidy(cell) for cell in line[:MAX_COLUMNS]]
    except csv.Error as error:
        raise SheetRefused(_("CSV ini tidak terbaca. Simpan lagi dari Excel, atau unggah .xlsx.")) from error


# --- the example ------------------------------------------------------------------------------


def example_workbook() -> bytes:
    """An empty table with the headings, a list to choose the field from, and a second sheet that explains it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101  # a new workbook has its first sheet
    sheet.title = "Pelatihan"
    sheet.append(list(COLUMNS.values()))
    _make_up(sheet, (22, 40, 30, 26, 8, 14))
    for column, style in (("A", "@"), ("F", "dd/mm/yyyy")):
        for row in range(2, 302):
            sheet[f"{column}{row}"].number_format = style
    fields = DataValidation(type="list", formula1=f'"{",".join(str(label) for label in TrainingField.labels)}"')
    fields.add(f"D2:D{MAX_ROWS + 1}")
    sheet.add_data_validation(fields)
    help_sheet = book.create_sheet("Petunjuk")
    for line in _help_lines():
        help_sheet.append(list(line))
    _make_up(help_sheet, (22, 90))
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _make_up(sheet: Any, widths: Iterable[int]) -> None:
    for letter, width in zip("ABCDEF", widths, strict=False):
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].font = Font(bold=True)
    sheet.freeze_panes = "A2"


def _help_lines() -> list[tuple[str, str]]:
    return [
        (_("Kolom"), _("Cara mengisi")),
        ("Nomor anggota", _("Nomor di halaman Anggota; biarkan kolomnya berformat Teks.")),
        ("Nama pelatihan", _("Seperti di sertifikat, misalnya Pelatihan Dapur Umum.")),
        ("Penyelenggara", _("Misalnya BPBD Kabupaten Balangan.")),
        ("Bidang", ", ".join(str(label) for label in TrainingField.labels)),
        ("JP", _("Jam pelajaran (45 menit), misalnya 8 atau 7,5.")),
        ("Tanggal", _("Hari terakhir pelatihan: 17/08/2025.")),
    ]
