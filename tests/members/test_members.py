"""`/anggota/`: the officer's list, its queue, filters that can be shared, pages, and the export of what is shown."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from members.models import Member, Squad
from members.spreadsheets import safe_cell
from tests.cast import Cast
from tests.factories import MemberFactory
from tests.members.people import PENDING


def names(response) -> list[str]:
    return [member.name for member in response.context["page_obj"]]


@pytest.fixture
def officer(cast: Cast, client: Client) -> Client:
    """The browser of Juai's officer, who sees Muara Ninian and Sirap."""
    client.force_login(cast.district_officer)
    return client


# --- who is seen --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("village_officer", ["Ahmad Riduan", "Noor Laila"]),
        ("district_officer", ["Ahmad Riduan", "Noor Laila", "Siti Rahmah"]),
        ("neighbour_district_officer", ["Mahyudin"]),
        ("regency_officer", ["Ahmad Riduan", "Mahyudin", "Noor Laila", "Siti Rahmah"]),
        ("admin", ["Ahmad Riduan", "Mahyudin", "Noor Laila", "Siti Rahmah"]),
    ],
)
def test_an_officer_sees_their_region(who: str, seen: list[str], cast: Cast, client: Client):
    client.force_login(getattr(cast, who))
    assert names(client.get("/anggota/")) == seen


def test_no_nik_and_no_phone_on_the_list(cast: Cast, officer: Client):
    Member.objects.filter(pk=cast.member.pk).update(phone="+6281234567890")
    page = officer.get("/anggota/").content.decode()
    assert cast.member.nik.digits not in page
    assert "••" not in page
    assert "81234567890" not in page


# --- the queue ----------------------------------------------------------------------------------


def test_who_waits_comes_first_with_a_count(cast: Cast, officer: Client):
    response = officer.get("/anggota/")
    assert [member.name for member in response.context["queue"]] == ["Noor Laila"]
    assert response.context["queue_count"] == 1
    page = response.content.decode()
    assert page.index("Menunggu verifikasi") < page.index("Daftar anggota")


def test_a_long_queue_shows_the_oldest_and_leads_to_the_rest(cast: Cast, officer: Client):
    MemberFactory.create_batch(7, **PENDING)
    response = officer.get("/anggota/")
    assert response.context["queue"][0].name == "Noor Laila"
    assert len(response.context["queue"]) == 5
    assert 'href="?status=pending&amp;urut=daftar"' in response.content.decode()
    assert len(names(officer.get("/anggota/?status=pending&urut=daftar"))) == 8


def test_an_empty_queue_takes_no_room(cast: Cast, client: Client):
    client.force_login(cast.neighbour_village_officer)
    assert "Menunggu verifikasi" not in client.get("/anggota/").content.decode().split("Daftar anggota")[0]


# --- search, filters, order, pages --------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cari=rahm", ["Siti Rahmah"]),
        ("cari=RIDUAN", ["Ahmad Riduan"]),
        ("cari=+siti++rahmah", ["Siti Rahmah"]),
        ("cari=%25", []),  # a percent sign is not a wildcard
        ("cari=mahyudin", []),  # a neighbour
        ("status=pending", ["Noor Laila"]),
        ("status=active", ["Ahmad Riduan", "Siti Rahmah"]),
        ("status=refused", []),
        ("wilayah=63.11.01.2002", ["Siti Rahmah"]),
        ("wilayah=63.11.01", ["Ahmad Riduan", "Noor Laila", "Siti Rahmah"]),
        ("wilayah=63.11.01.2002&status=pending", []),
        ("urut=-daftar", ["Noor Laila", "Siti Rahmah", "Ahmad Riduan"]),
        ("urut=daftar", ["Ahmad Riduan", "Siti Rahmah", "Noor Laila"]),
    ],
)
def test_filters_are_addresses(query: str, found: list[str], cast: Cast, officer: Client):
    assert names(officer.get(f"/anggota/?{query}")) == found


@pytest.mark.parametrize(
    ("query", "offered"),
    [("", False), ("page=1", False), ("cari=&status=&regu=", False), ("urut=-daftar", False), ("cari=ahmad", True)],
)
def test_filters_are_cleared_only_where_there_are_any(query: str, offered: bool, cast: Cast, officer: Client):
    assert ("Hapus saringan" in officer.get(f"/anggota/?{query}").content.decode()) == offered


def test_the_number_is_searched_from_its_beginning(cast: Cast, officer: Client):
    assert names(officer.get(f"/anggota/?cari={cast.member.number}")) == ["Ahmad Riduan"]


def test_the_squad_filters(cast: Cast, officer: Client):
    squad = Squad.objects.get(name="Dapur Umum")
    Member.objects.filter(pk=cast.other_member.pk).update(squad=squad)
    assert names(officer.get(f"/anggota/?regu={squad.pk}")) == ["Siti Rahmah"]


@pytest.mark.parametrize(
    "query", ["wilayah=63.11.02", "wilayah=63.11", "wilayah=%27--", "status=x", "regu=999", "urut=nik"]
)
def test_a_filter_never_reaches_beyond_the_region(query: str, cast: Cast, officer: Client):
    response = officer.get(f"/anggota/?{query}")
    assert response.status_code == 200
    assert "Mahyudin" not in response.content.decode()


def test_regions_are_offered_step_by_step(cast: Cast, client: Client):
    def offered(query: str = "") -> list[str]:
        form = client.get(f"/anggota/{query}").context["filters"].form
        return [code for code, _ in form.fields["wilayah"].choices if code] if "wilayah" in form.fields else []

    client.force_login(cast.admin)
    assert offered() == ["63"]
    assert offered("?wilayah=63") == ["63", "63.11", "63.09"]
    assert offered("?wilayah=63.11.01") == ["63", "63.11", "63.11.01", "63.11.01.2001", "63.11.01.2002"]
    assert offered("?wilayah=63.11.01.2001") == ["63", "63.11", "63.11.01", "63.11.01.2001", "63.11.01.2002"]
    client.force_login(cast.regency_officer)
    assert offered() == ["63.11", "63.11.02", "63.11.01"]
    client.force_login(cast.village_officer)
    assert offered() == []


def test_a_page_holds_25_and_keeps_the_filters(cast: Cast, officer: Client):
    MemberFactory.create_batch(30)
    first = officer.get("/anggota/?status=active")
    assert len(names(first)) == 25
    assert "1–25 dari 32 anggota" in first.content.decode()
    assert "status=active&amp;page=2" in first.content.decode()
    assert len(names(officer.get("/anggota/?status=active&page=2"))) == 7
    assert len(names(officer.get("/anggota/?page=999"))) == 8


@pytest.mark.parametrize("query", ["", "?status=active&cari=a", "?wilayah=63.11.01.2001"])
def test_the_list_asks_the_database_as_often_for_many_as_for_few(query: str, cast: Cast, officer: Client):
    counts = []
    for _ in range(2):
        MemberFactory.create_batch(20)
        MemberFactory.create_batch(3, **PENDING)
        with CaptureQueriesContext(connection) as queries:
            officer.get(f"/anggota/{query}")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_an_empty_village_says_what_belongs_here(cast: Cast, client: Client):
    client.force_login(cast.neighbour_village_officer)
    Member.objects.filter(village_id="63.11.02.2001").delete()
    page = client.get("/anggota/").content.decode()
    assert "Belum ada anggota" in page
    assert "/anggota/tambah/" in page
    assert "Tidak ada yang cocok" in client.get("/anggota/?cari=zzz").content.decode()


# --- export -------------------------------------------------------------------------------------


def rows(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_export_is_exactly_what_is_filtered(cast: Cast, officer: Client):
    response = officer.get("/anggota/ekspor/?status=active")
    assert response["Content-Type"].startswith("text/csv")
    assert response["Content-Disposition"].startswith('attachment; filename="anggota-')
    header, *body = rows(response)
    assert header[0] == "Nomor anggota"
    assert [row[1] for row in body] == ["Ahmad Riduan", "Siti Rahmah"]
    assert body[0][9:] == ["Desa Muara Ninian", "Kec. Juai", "63.11.01.2001"]


def test_the_excel_file_is_the_csv(cast: Cast, officer: Client, monkeypatch: pytest.MonkeyPatch):
    Member.objects.filter(pk=cast.other_member.pk).update(name="=1+1")
    response = officer.get("/anggota/ekspor.xlsx?status=active&page=7")
    assert response["Content-Disposition"].startswith('attachment; filename="anggota-')
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    found = [[str(cell or "").removesuffix(" 00:00:00") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert found == rows(officer.get("/anggota/ekspor/?status=active"))
    assert "'=1+1" in [row[1] for row in found]
    monkeypatch.setattr("members.spreadsheets.XLSX_LIMIT", 1)
    assert officer.get("/anggota/ekspor.xlsx?status=active")["Location"] == "/anggota/?status=active"


def test_the_export_holds_no_nik(cast: Cast, officer: Client):
    content = b"".join(officer.get("/anggota/ekspor/").streaming_content).decode()
    assert "NIK" not in content
    assert cast.member.nik.digits not in content


def test_a_name_cannot_be_a_formula(cast: Cast, officer: Client):
    Member.objects.filter(pk=cast.member.pk).update(name='=HYPERLINK("http://jahat.example")')
    names_ = [row[1] for row in rows(officer.get("/anggota/ekspor/"))]
    assert '\'=HYPERLINK("http://jahat.example")' in names_


@given(st.text(max_size=12))
def test_no_text_becomes_a_formula(text: str):
    cell, shown = safe_cell(text), ILLEGAL_CHARACTERS_RE.sub("", text)
    assert cell in (shown, f"'{shown}")
    assert not cell.strip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_a_number_stays_a_number():
    assert safe_cell(Decimal("-2.3411")) == Decimal("-2.3411")


def test_the_export_asks_once_whatever_its_length(cast: Cast, officer: Client):
    MemberFactory.create_batch(60)
    with CaptureQueriesContext(connection) as queries:
        assert len(rows(officer.get("/anggota/ekspor/"))) == 64
    assert len(queries) <= 6
