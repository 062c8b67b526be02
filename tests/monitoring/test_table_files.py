"""The table as spreadsheet files: CSV and XLSX."""

import csv
from io import BytesIO, StringIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from members.models import User
from regions.models import Region
from tests.cast import Cast
from training.models import VillageTally

pytestmark = pytest.mark.usefixtures("half")


def rows(user: User, code: str = "63.11.01", query: str = "") -> list[list[str]]:
    client = Client()
    client.force_login(user)
    response = client.get(f"/pantau/{code}.csv{query}")
    assert response.streaming
    assert response["Content-Disposition"] == f'attachment; filename="pantau-{code}-2026-2.csv"'
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))


def test_children_and_their_sum(cast: Cast):
    head, *body = rows(cast.district_officer)
    assert head[:6] == ["Kode", "Wilayah", "Periode", "Anggota aktif", "Wajib", "Terpenuhi"]
    assert [line[0] for line in body] == ["63.11.01.2001", "63.11.01.2002", "63.11.01"]
    assert body[-1] == [
        "63.11.01",
        "Kec. Juai",
        "2026-2",
        "2",
        "2",
        "1",
        "0",
        "1",
        "0",
        "0",
        "50",
        "3",
        "1",
        "1",
        "50",
        "",
    ]


def test_a_second_half_ends_with_the_years_figure_and_a_first_one_has_none(cast: Cast):
    head, *body = rows(cast.district_officer)
    assert head[-3:-1] == ["Setahun penuh", "Setahun penuh (%)"]
    assert [line[-3:-1] for line in body] == [["1", "100"], ["0", "0"], ["1", "50"]]
    client = Client()
    client.force_login(cast.district_officer)
    assert b"Setahun" not in b"".join(client.get("/pantau/63.11.01.csv?periode=2026-1"))


def test_small_villages_are_flagged(cast: Cast):
    VillageTally.objects.filter(village="63.11.01.2002").update(members=9, required=5)
    head, *body = rows(cast.district_officer)
    assert head[-1] == "Catatan"
    assert [line[-1] for line in body] == ["desa kecil, persen mudah berubah", "", ""]
    assert "Catatan" not in rows(cast.regency_officer, "63.11")[0]  # a table of kecamatan


def test_a_name_that_looks_like_a_formula_is_text(cast: Cast):
    Region.objects.filter(pk="63.11.01.2002").update(name="cmd|calc", label="=1+1")
    assert [line[1] for line in rows(cast.district_officer)][1:] == ["'=1+1 cmd|calc", "Desa Muara Ninian", "Kec. Juai"]


def sheet(user: User, code: str = "63.11.01") -> list[list[object]]:
    client = Client()
    client.force_login(user)
    response = client.get(f"/pantau/{code}.xlsx")
    assert response["Content-Disposition"] == f'attachment; filename="pantau-{code}-2026-2.xlsx"'
    return [list(row) for row in load_workbook(BytesIO(response.getvalue())).active.iter_rows(values_only=True)]


def test_excel_holds_the_same_rows_with_numbers_as_numbers(cast: Cast):
    lines, found = rows(cast.district_officer), sheet(cast.district_officer)
    assert [["" if cell is None else str(cell) for cell in line] for line in found] == lines
    assert found[-1][3:7] == [2, 2, 1, 0]


def test_no_formula_in_the_excel(cast: Cast):
    Region.objects.filter(pk="63.11.01.2002").update(name="cmd|calc\x07", label="=1+1")
    assert sheet(cast.district_officer)[1][1] == "'=1+1 cmd|calc"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_outside_the_scope_and_unreadable_period(cast: Cast, ending: str):
    client = Client()
    client.force_login(cast.district_officer)
    assert client.get(f"/pantau/63.11.02.{ending}").status_code == 404
    assert client.get(f"/pantau/63.11.01.{ending}?periode=x").status_code == 400
