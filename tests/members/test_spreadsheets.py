"""Tables for spreadsheets: text never runs, numbers stay numbers, files are not kept in memory."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from members.spreadsheets import csv_lines, safe_cell, xlsx_response

ROWS = [["Nama", "JP"], ["=1+1", 4], ["Siti\x07 & <b>", Decimal("4.5")], [None, date(2026, 11, 23)]]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_every_way_to_start_a_formula(text: str):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["\x01=1+1", "\x1f \x00@SUM(A1)"])
def test_a_control_character_hides_no_formula(text: str):
    (cell,) = load_workbook(BytesIO(opened([["Nama"], [text]]))).active[2]
    assert (cell.data_type, cell.value[0]) == ("s", "'")


@pytest.mark.parametrize("value", [-2, 0.5, Decimal("-2.3411"), date(2026, 11, 23)])
def test_numbers_and_days_stay_what_they_are(value: object):
    assert safe_cell(value) is value


def test_a_moment_becomes_text_because_excel_knows_no_zones():
    assert safe_cell(datetime(2026, 11, 23, 3, tzinfo=UTC)) == "2026-11-23 03:00:00+00:00"


def test_csv_opens_in_an_indonesian_excel():
    text = "".join(csv_lines(ROWS))
    assert text.startswith("\ufeffNama;JP")
    assert list(csv.reader(StringIO(text[1:]), delimiter=";"))[1] == ["'=1+1", "4"]


def opened(rows: list[list[object]]):
    response = xlsx_response(rows, filename="a.xlsx")
    assert response.streaming
    assert response["Content-Disposition"] == 'attachment; filename="a.xlsx"'
    return response.getvalue()


def test_xlsx_holds_the_rows_without_formulas():
    content = opened(ROWS)
    found = [list(row) for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]
    assert found[:3] == [["Nama", "JP"], ["'=1+1", 4], ["Siti & <b>", 4.5]]
    assert found[3][1].date() == date(2026, 11, 23)
    with ZipFile(BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@given(st.lists(st.text(max_size=8), min_size=1, max_size=3))
def test_any_text_can_be_written_and_read_back_as_text(texts: list[str]):
    book = load_workbook(BytesIO(opened([["Judul"] * len(texts), texts])))
    for cell in book.active[2]:
        assert cell.data_type in ("s", "n", "inlineStr")  # "n" is an empty cell
        assert cell.value is None or isinstance(cell.value, str)


def test_no_rows_is_an_empty_sheet():
    assert load_workbook(BytesIO(opened([]))).active.max_row in (0, 1)
