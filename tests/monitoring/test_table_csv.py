"""The table as a spreadsheet file."""

import csv
from io import StringIO

import pytest
from django.test import Client

from members.models import User
from monitoring.exports import safe_cell
from regions.models import Region
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("half")


def rows(user: User, code: str = "63.11.01", query: str = "") -> list[list[str]]:
    client = Client()
    client.force_login(user)
    response = client.get(f"/pantau/{code}.csv{query}")
    assert response.streaming
    assert response["Content-Disposition"] == f'attachment; filename="pantau-{code}-2026-2.csv"'
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def test_children_and_their_sum(cast: Cast):
    head, *body = rows(cast.district_officer)
    assert head[:6] == ["Kode", "Wilayah", "Periode", "Anggota aktif", "Wajib", "Terpenuhi"]
    assert [line[0] for line in body] == ["63.11.01.2001", "63.11.01.2002", "63.11.01"]
    assert body[-1] == ["63.11.01", "Kec. Juai", "2026-2", "2", "2", "1", "0", "1", "0", "0", "50", "3", "1"]


def test_a_name_that_looks_like_a_formula_is_text(cast: Cast):
    Region.objects.filter(pk="63.11.01.2002").update(name="cmd|calc", label="=1+1")
    assert [line[1] for line in rows(cast.district_officer)][1:] == ["'=1+1 cmd|calc", "Desa Mungkur Uyam", "Kec. Juai"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_formula_cells_are_escaped(text: str):
    assert safe_cell(text) == f"'{text}"
    assert safe_cell(-1) == -1


def test_outside_the_scope_and_unreadable_period(cast: Cast):
    client = Client()
    client.force_login(cast.district_officer)
    assert client.get("/pantau/63.11.02.csv").status_code == 404
    assert client.get("/pantau/63.11.01.csv?periode=x").status_code == 400
