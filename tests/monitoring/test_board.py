"""The board is drawn once for everybody and kept briefly; what waits for an officer, and names, never are."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import User
from monitoring.board import Asked
from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory
from training.models import VillageTally
from training.periods import current_period
from training.services import open_period

ADDRESS = "/pantau/63.11.01/"
Open = Callable[..., str]


@pytest.fixture
def kept(settings) -> None:
    settings.MONITORING_CACHE_SECONDS = 60
    cache.clear()


@pytest.fixture
def half(cast: Cast) -> None:
    open_period(period=current_period("63"))


@pytest.fixture
def page(half: None, kept: None) -> Open:
    def opened(user: User, query: str = "", address: str = ADDRESS) -> str:
        client = Client()
        client.force_login(user)
        response = client.get(address + query)
        assert response.status_code == 200
        return response.content.decode()

    return opened


def change_the_figures() -> None:
    VillageTally.objects.update(members=40, required=40, met=10)


def test_a_second_page_shows_the_same_figures_and_their_moment(cast: Cast, page: Open):
    first = page(cast.district_officer)
    change_the_figures()
    second = page(cast.district_officer)
    assert "Angka pada" in first
    assert "20 dari 80 anggota" not in second
    cache.clear()
    assert "20 dari 80 anggota" in page(cast.district_officer)


def test_officers_of_several_levels_share_a_board_and_nothing_else(cast: Cast, page: Open):
    own = page(cast.district_officer)
    change_the_figures()
    above = page(cast.regency_officer)
    assert "20 dari 80 anggota" not in above  # the board of the first
    assert cast.district_officer.name in own
    assert cast.district_officer.name not in above
    assert cast.regency_officer.name in above
    assert 'href="/pantau/63.11/?' in above  # the way up is the officer's own
    assert 'href="/pantau/63.11/?' not in own


def test_what_waits_is_counted_anew(cast: Cast, half: None, kept: None):
    client = Client()
    client.force_login(cast.district_officer)
    assert client.get(ADDRESS).context["waiting_members"] == 1
    MemberFactory(user=None, number=None, joined_on=None, decided_at=None, status="pending")
    assert client.get(ADDRESS).context["waiting_members"] == 2


def test_a_neighbour_gets_no_kept_board(cast: Cast, page: Open):
    page(cast.district_officer)
    client = Client()
    client.force_login(cast.neighbour_district_officer)
    assert client.get(ADDRESS).status_code == 404


def test_no_name_of_a_member_is_kept(cast: Cast, page: Open):
    village = page(cast.village_officer, address="/pantau/63.11.01.2001/")
    assert cast.member.name in village
    page(cast.district_officer)
    for code in ("63.11.01.2001", "63.11.01"):
        board = cache.get(Asked(Region.objects.get(pk=code), current_period(code)).key)
        assert board.compliance
        assert cast.member.name not in str(board)


@pytest.mark.parametrize(("query", "same"), [("?urut=terbalik", True), ("?urut=nama", False), ("?tampil=perlu", False)])
def test_an_order_that_does_not_exist_keeps_no_board_of_its_own(cast: Cast, page: Open, query: str, same: bool):
    page(cast.district_officer)
    change_the_figures()
    assert ("20 dari 80 anggota" not in page(cast.district_officer, query)) is same


def test_a_kept_page_asks_little(cast: Cast, half: None, kept: None):
    client = Client()
    client.force_login(cast.regency_officer)
    address = "/pantau/63.11/"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len([q for q in queries if "django_cache" not in q["sql"]]) <= 11
