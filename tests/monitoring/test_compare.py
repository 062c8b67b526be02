"""Regions side by side."""

from datetime import date

import pytest
from django.test import Client

from members.models import User
from regions.services import load_regions
from tests.cast import Cast
from tests.factories import REGION_NAMES
from training.models import Period, VillageTally

pytestmark = pytest.mark.usefixtures("half")
PAIR = "/pantau/bandingkan/?kode=63.11.01&kode=63.11.02"


def get(user: User, address: str = PAIR, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_two_kecamatan_side_by_side(cast: Cast):
    html = get(cast.regency_officer)
    assert html.index("Kec. Juai</a></h2>") < html.index("Kec. Halong</a></h2>")
    assert "<title>Kepatuhan Kec. Juai: 50%</title>" in html
    assert "1 dari 2 sudah memenuhi" in html
    assert "3, 1 diverifikasi" in html
    assert "0 dari 1 sudah memenuhi" in html
    assert "Terpenuhi: 50%" in html  # the end of the line
    assert cast.member.name not in html
    assert "style=" not in html


def test_the_order_is_the_addresss_and_a_code_counts_once(cast: Cast):
    html = get(cast.regency_officer, "/pantau/bandingkan/?kode=63.11.02&kode=63.11.01&kode=63.11.02")
    assert html.index("Kec. Halong</a></h2>") < html.index("Kec. Juai</a></h2>")
    assert html.count("compare__region") == 2


def test_small_villages_are_flagged_and_no_kecamatan_is(cast: Cast):
    note = "desa kecil, persen mudah berubah"
    villages = "/pantau/bandingkan/?kode=63.11.01.2001&kode=63.11.01.2002"
    assert get(cast.district_officer, villages).count(note) == 2
    VillageTally.objects.filter(village="63.11.01.2001").update(members=9, required=5)
    html = get(cast.district_officer, villages)
    assert html.index("Desa Sirap</a></h2>") < html.index(note)
    assert html.count(note) == 1
    assert note not in get(cast.regency_officer)  # one and two members, but kecamatan


def test_any_levels_together_and_another_period(cast: Cast):
    html = get(cast.admin, "/pantau/bandingkan/?kode=63&kode=63.11&kode=63.11.01.2001&kode=00&periode=2025-1")
    assert html.count("compare__region") == 4
    assert "Semester I 2025" in html
    assert "Belum ada anggota yang wajib" in html


def test_the_table_leads_here_without_scripts(cast: Cast):
    html = get(cast.district_officer, "/pantau/")
    assert 'action="/pantau/bandingkan/"' in html
    assert 'name="kode" value="63.11.01.2001"' in html
    assert "Bandingkan yang dicentang" in html
    assert "bandingkan" not in get(cast.village_officer, "/pantau/")


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?kode=63.11.01", 400), ("?periode=x", 400)])
def test_fewer_than_two_is_said(cast: Cast, query: str, status: int):
    html = get(cast.district_officer, f"/pantau/bandingkan/{query}", status=status)
    assert "Pilih sedikitnya dua wilayah" in html
    assert ('role="alert"' in html.split("<main")[1]) == (query == "?kode=63.11.01")


def test_more_than_six_is_said_and_nothing_is_lost(cast: Cast):
    more = {f"63.11.0{n}": f"Kecamatan {n}" for n in range(3, 9)}
    load_regions(names={**REGION_NAMES, **more}, today=date(2026, 1, 1))
    query = "&".join(f"kode={code}" for code in more)
    assert get(cast.regency_officer, f"/pantau/bandingkan/?{query}").count("compare__region") == 6
    html = get(cast.regency_officer, f"/pantau/bandingkan/?{query}&kode=63.11.01", status=400)
    assert "Paling banyak enam wilayah" in html
    assert html.count(" checked") == 7


@pytest.mark.parametrize("code", ["63.09", "63.11", "63.11.02", "00", "x", "63.11.02.2001", "'"])
def test_one_outside_the_scope_makes_it_a_404(cast: Cast, code: str):
    get(cast.district_officer, f"/pantau/bandingkan/?kode=63.11.01&kode={code}", status=404)


def test_a_village_officer_compares_no_neighbours(cast: Cast):
    get(cast.village_officer, "/pantau/bandingkan/?kode=63.11.01.2001&kode=63.11.01.2002", status=404)


def test_an_unreadable_period_is_said(cast: Cast):
    assert "Periode tidak dikenal" in get(cast.regency_officer, f"{PAIR}&periode=x", status=400)


def test_four_queries_a_region(cast: Cast, half: Period, django_assert_max_num_queries):
    client = Client()
    client.force_login(cast.regency_officer)
    client.get(PAIR)
    with django_assert_max_num_queries(7 + 4 * 2):
        client.get(PAIR)
