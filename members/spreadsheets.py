"""Writing tables that open in a spreadsheet without running anything: the one place for every room's exports."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

BOM = "\ufeff"  # tells Excel that the file is UTF-8
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # Excel reads the wide forms too
XLSX_LIMIT = 50_000  # rows; a longer one takes minutes, and the CSV starts at once
_FIRST_WIDTH, _WIDTH = 24, 18  # of an XLSX column, in characters

Rows = Iterable[Sequence[object]]


def safe_cell(value: object) -> object:
    """The value as a spreadsheet shows it and never calculates, whatever name a person chose.

    Numbers and days stay what they are; everything else becomes text without the control characters that XML cannot
    hold, for those are no disguise either, and with an apostrophe before what would run.
    """
    if isinstance(value, int | float | Decimal | date) and not isinstance(value, datetime):
        return value
    text = "" if value is None else ILLEGAL_CHARACTERS_RE.sub("", str(value))
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Rows) -> Iterator[str]:
    """Lines of a CSV with semicolons, which Excel with Indonesian settings takes for columns."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield BOM
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def csv_response(rows: Rows, *, filename: str) -> StreamingHttpResponse:
    """A download that is written while it is read, so that its length does not matter."""
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "no-store"
    return response


def xlsx_response(rows: Rows, *, filename: str) -> FileResponse:
    """The rows as an XLSX, the first one its head; written row by row into a temporary file and sent from there."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        if number:
            sheet.append([safe_cell(value) for value in row])
            continue
        for column in range(1, len(row) + 1):
            sheet.column_dimensions[get_column_letter(column)].width = _FIRST_WIDTH if column == 1 else _WIDTH
        sheet.append([_head_cell(sheet, value) for value in row])
    file = TemporaryFile()  # noqa: SIM115  # the response closes it
    book.save(file)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=filename, content_type=XLSX_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def list_as_xlsx(request: HttpRequest, rows: Rows, *, count: int, filename: str, page: str) -> HttpResponseBase:
    """The filtered list of a page as XLSX; one beyond XLSX_LIMIT goes back to the page, which offers the CSV.

    `count` are the rows below the head, `page` is the address of the list without its filters.
    """
    if count <= XLSX_LIMIT:
        return xlsx_response(rows, filename=filename)
    text = _("Daftar ini terlalu panjang untuk Excel (lebih dari %(n)s baris). Saring dulu, atau unduh CSV.")
    messages.error(request, text % {"n": number_format(XLSX_LIMIT, use_l10n=True, force_grouping=True)})
    return redirect(f"{page}?{request.GET.urlencode()}")


def _head_cell(sheet: object, value: object) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=safe_cell(value))
    cell.font = Font(bold=True)
    return cell
