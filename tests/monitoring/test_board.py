"""The board is drawn once for everybody and kept briefly, what waits once for its officer; names are never kept."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.access import Access
from members.models import Member, User
from monitoring.board import Asked
from monitoring.frame import frame_key
from monitoring.waiting import waiting_key
from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory, TrainingRecordFactory, grant
from tests.monitoring.tiles import counts
from training.models import VillageTally
from training.periods import current_period
from training.services import open_period, reverse_training

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


def test_what_waits_is_kept_for_its_officer_alone_until_they_act(cast: Cast, page: Open):
    officer, above = Client(), Client()
    officer.force_login(cast.district_officer)
    above.force_login(cast.admin)
    assert counts(officer.get(ADDRESS).content.decode())["Anggota"] == 1
    registered = MemberFactory(user=None, number=None, joined_on=None, decided_at=None, status="pending")
    assert counts(officer.get(ADDRESS).content.decode())["Anggota"] == 1
    assert counts(above.get(ADDRESS).content.decode())["Anggota"] == 2  # who looks for the first time counts
    assert officer.post(f"/anggota/{registered.pk}/verifikasi/", {"since": "new"}).status_code == 302
    assert counts(officer.get(ADDRESS).content.decode())["Anggota"] == 1
    assert counts(above.get(ADDRESS).content.decode())["Anggota"] == 2
    cast.pending_member.delete()
    assert officer.post("/bukan-halaman/").status_code == 404
    assert counts(officer.get(ADDRESS).content.decode())["Anggota"] == 0


def test_what_waits_in_another_region_is_counted(cast: Cast, page: Open):
    client = Client()
    client.force_login(cast.admin)
    client.get("/pantau/63.11/")
    client.get(ADDRESS)
    assert counts(client.get("/pantau/63.11/").content.decode())["Anggota"] == 1
    assert counts(client.get("/pantau/63.11.02/").content.decode())["Anggota"] == 0


def test_what_waited_is_forgotten_with_the_role(cast: Cast, page: Open):
    page(cast.regency_officer)  # the frame of whoever serves the kabupaten is kept from here on
    client = Client()
    client.force_login(cast.district_officer)
    assert counts(client.get(ADDRESS).content.decode())["Anggota"] == 1
    cast.district_officer.role_grants.all().delete()
    grant(cast.district_officer, "63.11")  # whose officers do not verify
    assert "Anggota" not in counts(client.get(ADDRESS).content.decode())


def test_a_frame_is_shared_by_those_who_serve_the_same_regions_only(cast: Cast, page: Open):
    page(cast.regency_officer, address="/pantau/63.11/")
    grant(cast.regency_officer, "63.09")
    assert 'href="/pantau/63.09/' in page(cast.regency_officer, address="/pantau/63.11/")
    assert 'href="/pantau/63.09/' not in page(cast.admin, address="/pantau/63.11/")


def test_who_is_an_officer_no_longer_gets_nothing_that_is_kept(cast: Cast, page: Open):
    client = Client()
    client.force_login(cast.district_officer)
    client.get(ADDRESS)
    cast.district_officer.role_grants.all().delete()
    assert client.get(ADDRESS).status_code == 403
    grant(cast.district_officer, "63.11.02")
    assert client.get(ADDRESS).status_code == 404


def test_a_wrong_period_is_told_every_time(cast: Cast, page: Open):
    client = Client()
    client.force_login(cast.district_officer)
    for _ in range(2):
        response = client.get(f"{ADDRESS}?periode=kemarin")
        assert response.status_code == 400
        assert "Periode tidak dikenal" in response.content.decode()
    assert "Periode tidak dikenal" not in page(cast.district_officer)


@pytest.mark.filterwarnings("error::django.core.cache.CacheKeyWarning")
@pytest.mark.parametrize("period", ["x" * 3000, "2026-2%0A", "2026 2", "%C2%A02026-2"])
def test_what_is_no_half_is_no_key_of_the_cache(cast: Cast, page: Open, period: str):
    client = Client()
    client.force_login(cast.district_officer)
    assert client.get(f"{ADDRESS}?periode={period}").status_code in (200, 400)


def test_which_trainings_are_the_newest_is_kept_and_whose_they_are_is_read(cast: Cast, page: Open):
    TrainingRecordFactory(member=cast.other_member)
    assert cast.other_member.name in page(cast.district_officer)
    TrainingRecordFactory(member=cast.member)
    Member.objects.filter(pk=cast.other_member.pk).update(name="Siti Aminah")
    html = page(cast.district_officer)
    assert "Siti Aminah" in html
    assert cast.member.name not in html
    cache.clear()
    assert cast.member.name in page(cast.district_officer)


def test_a_training_taken_back_is_none_of_the_newest(cast: Cast, page: Open):
    record, older = TrainingRecordFactory(member=cast.other_member), TrainingRecordFactory(member=cast.member)
    reverse_training(record=older, reason="Salah orang", by=cast.regency_officer)
    html = page(cast.district_officer)
    assert cast.other_member.name in html
    assert cast.member.name not in html
    reverse_training(record=record, reason="Salah orang", by=cast.regency_officer)
    assert cast.other_member.name not in page(cast.district_officer)  # though which are the newest is kept


def test_who_moved_to_the_neighbours_is_not_named(cast: Cast, page: Open):
    TrainingRecordFactory(member=cast.other_member)
    TrainingRecordFactory(member=cast.member)
    Member.objects.filter(pk=cast.member.pk).update(village="63.11.02.2001")
    html = page(cast.district_officer)
    assert cast.other_member.name in html
    assert cast.member.name not in html
    Member.objects.filter(pk=cast.other_member.pk).update(village="63.11.02.2001")
    assert cast.other_member.name not in page(cast.district_officer)  # though which are the newest is kept


def test_a_neighbour_gets_no_kept_board(cast: Cast, page: Open):
    page(cast.district_officer)
    client = Client()
    client.force_login(cast.neighbour_district_officer)
    assert client.get(ADDRESS).status_code == 404


def test_no_name_of_a_member_is_kept(cast: Cast, page: Open):
    village = page(cast.village_officer, address="/pantau/63.11.01.2001/")
    assert cast.member.name in village
    page(cast.district_officer)
    period = current_period("63")
    for code, officer in (("63.11.01.2001", cast.village_officer), ("63.11.01", cast.district_officer)):
        access = Access(officer)
        board = cache.get(Asked(Region.objects.get(pk=code), period).key)
        frame, waiting = cache.get(frame_key(code, period.code, access)), cache.get(waiting_key(access))
        assert board.compliance
        assert frame.top
        assert waiting.html
        for name in (cast.member.name, cast.pending_member.name, officer.name):
            assert name not in f"{board}{frame}{waiting}"


@pytest.mark.parametrize(("query", "same"), [("?urut=terbalik", True), ("?urut=nama", False), ("?tampil=perlu", False)])
def test_an_order_that_does_not_exist_keeps_no_board_of_its_own(cast: Cast, page: Open, query: str, same: bool):
    page(cast.district_officer)
    change_the_figures()
    assert ("20 dari 80 anggota" not in page(cast.district_officer, query)) is same


@pytest.mark.parametrize(
    ("who", "address", "most"),
    [("district_officer", ADDRESS, 6), ("regency_officer", "/pantau/63.11/", 5), ("admin", "/pantau/00/", 5)],
)
def test_a_kept_page_asks_little(cast: Cast, half: None, kept: None, who: str, address: str, most: int):
    client = Client()
    client.force_login(getattr(cast, who))
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    # session, user, roles, membership, notices; and the newest trainings of a kecamatan
    assert len([q for q in queries if "django_cache" not in q["sql"]]) <= most
    assert len([q for q in queries if "django_cache" in q["sql"]]) <= 1
