"""The officers' page at every level."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.test import Client

from members.models import Member, User
from reports.models import ActivityReport
from tests.cast import Cast
from tests.factories import EvidenceFactory, MemberFactory, PeriodFactory, grant
from tests.monitoring.conftest import make_report
from tests.monitoring.tiles import counts, tiles
from training.exemption_services import ask_exemption, ask_extension, grant_exemption
from training.models import Exemption, Period, VillageTally
from training.services import open_period, record_training

pytestmark = pytest.mark.usefixtures("half")
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def get(user: User, address: str = "/pantau/", status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("village_officer", "Desa Muara Ninian"),
        ("district_officer", "Kec. Juai"),
        ("regency_officer", "Kab. Balangan"),
        ("admin", "Indonesia"),
    ],
)
def test_home_is_the_officers_own_region(cast: Cast, who: str, place: str):
    assert f"<h1>{place}</h1>" in get(getattr(cast, who))


def test_district_shows_compliance_and_activity_side_by_side(cast: Cast):
    html = get(cast.district_officer)
    assert "50%" in html
    assert "1 dari 2 anggota wajib sudah memenuhi" in html
    assert "<title>Kepatuhan 50%: 1 dari 2 anggota wajib</title>" in html
    assert "Batas akhir 31 Desember 2026, sisa 38 hari." in html
    assert "1 berisiko" in html
    assert "Patroli" in html
    assert "Pembinaan dan penyuluhan" in html
    assert "style=" not in html


def test_a_second_half_tells_the_years_figure_and_a_first_one_does_not(cast: Cast, half: Period):
    first = PeriodFactory(year=2026, half=1)
    html = get(cast.district_officer)
    assert "Setahun penuh: 1 dari 2 anggota wajib (50%)" in html  # nothing is kept of the first
    assert "yang belum wajib, dispensasi, atau belum tercatat pada Semester I cukup semester ini." in html
    open_period(period=first, now=NOW)
    assert "Setahun penuh" not in get(cast.district_officer, "/pantau/?periode=2026-1")
    assert "Setahun penuh: 0 dari 2 anggota wajib (0%)" in get(cast.district_officer)
    record_training(
        member=cast.other_member, source="s:2", kind="online", title="Dasar", lesson_hours=4, completed_at=NOW
    )
    march = datetime(2026, 3, 10, tzinfo=UTC)
    record_training(
        member=cast.other_member, source="s:1", kind="online", title="Dasar", lesson_hours=4, completed_at=march
    )
    assert "Setahun penuh: 1 dari 2 anggota wajib (50%)" in get(cast.district_officer)
    assert "Setahun penuh: 1 dari 1 anggota wajib (100%)" in get(cast.admin, "/pantau/63.11.01.2002/")


def listed(user: User, address: str) -> set[object]:
    """The ids of what the list at this address shows."""
    client = Client()
    client.force_login(user)
    return {row.pk for row in client.get(address).context["page_obj"]}


def test_what_waits_is_counted_within_the_region(cast: Cast):
    html = get(cast.district_officer)
    none = {"Pelatihan": 0, "Dispensasi": 0, "Perpanjangan": 0}
    assert counts(html) == {"Laporan": 2, "Anggota": 1, **none}
    numbers = html.split("Perlu perhatian")[1].split("</section>")[0].split('<div class="stat"')[1:]
    values = [part.split('stat__value">')[1].split("<")[0] for part in numbers]
    assert values == ["1", "3"]  # trainings of seven days, reports of the period


def mine(who: User, kind: str, address: str = "/pantau/") -> set[object]:
    """What waits for somebody by their tile, which leads to a list of as many; nothing without a tile."""
    n, where = tiles(get(who, address)).get(kind, (0, ""))
    found = listed(who, where) if n else set()
    assert len(found) == n
    return found


def test_evidence_waits_for_the_officers_who_may_decide_it(cast: Cast):
    sirap = EvidenceFactory(member=cast.other_member)
    entered = EvidenceFactory(member=cast.member, entered_by=cast.village_officer)
    EvidenceFactory(member=cast.member, refused=True)
    halong = EvidenceFactory(member=cast.neighbour_member)
    grant(cast.other_member.user, "63.11.01")  # Siti serves the kecamatan, and one of them is about her
    assert mine(cast.village_officer, "Pelatihan") == set()
    assert mine(cast.other_member.user, "Pelatihan") == {entered.pk}
    assert mine(cast.district_officer, "Pelatihan") == {entered.pk, sirap.pk}
    assert mine(cast.district_officer, "Pelatihan", "/pantau/63.11.01.2002/") == {sirap.pk}
    assert mine(cast.regency_officer, "Pelatihan") == {entered.pk, sirap.pk, halong.pk}
    assert mine(cast.admin, "Pelatihan") == {entered.pk, sirap.pk, halong.pk}


def test_a_report_waits_for_its_kecamatan_alone(cast: Cast):
    sent = set(ActivityReport.objects.waiting().values_list("pk", flat=True))
    assert len(sent) == 2
    own = make_report(cast.district_officer, "63.11.01.2002", n=3)
    assert mine(cast.district_officer, "Laporan") == sent
    assert len(mine(cast.district_officer, "Laporan", "/pantau/63.11.01.2002/")) == 1
    grant(cast.other_member.user, "63.11.01")
    assert mine(cast.other_member.user, "Laporan") == sent | {own.pk}
    for who in (cast.village_officer, cast.regency_officer, cast.admin):
        assert "Laporan" not in tiles(get(who))


def test_a_registration_waits_for_those_who_verify(cast: Cast):
    pending = cast.pending_member
    for who in (cast.village_officer, cast.district_officer, cast.admin):
        assert mine(who, "Anggota") == {pending.pk}
    assert mine(cast.district_officer, "Anggota", "/pantau/63.11.01.2002/") == set()
    assert "Anggota" not in tiles(get(cast.regency_officer))
    grant(pending.user, "63.11.01")
    assert mine(pending.user, "Anggota") == set()


def excuse(cast: Cast, half: Period) -> None:
    """Siti of Sirap is ill for the whole half."""
    days = {"starts_on": half.first_day, "ends_on": half.last_day, "kind": "illness", "reason": "Patah kaki"}
    (asked,) = ask_exemption(members=[cast.other_member], by=cast.village_officer, **days)
    grant_exemption(exemption=asked, by=cast.district_officer)


def test_each_member_stands_in_one_group(cast: Cast, half: Period):
    MemberFactory(village_id="63.11.01.2002", joined_on=date(2026, 11, 1), user=None)
    open_period(period=half, now=NOW)
    excuse(cast, half)
    assert "3 anggota aktif; 1 belum wajib pada periode ini, 1 mendapat dispensasi." in get(cast.district_officer)
    village = get(cast.admin, "/pantau/63.11.01.2002/")
    assert "2 anggota aktif; 1 belum wajib pada periode ini, 1 mendapat dispensasi." in village


def test_requests_that_the_officer_decides_are_counted_within_the_region(cast: Cast, half: Period):
    days = {"starts_on": half.first_day, "ends_on": half.last_day, "kind": "illness", "reason": "Patah kaki"}
    ask_exemption(members=[cast.member, cast.other_member], by=cast.village_officer, **days)
    ask_exemption(members=[cast.neighbour_member], by=cast.neighbour_village_officer, **days)
    until = date(2027, 1, 31)
    for member in (cast.other_member, cast.neighbour_member):
        ask_extension(member=member, period=half, until=until, reason="Melaut", by=member.user)

    def waiting(who: User, address: str = "/pantau/") -> list[int]:
        return [len(mine(who, kind, address)) for kind in ("Dispensasi", "Perpanjangan")]

    assert waiting(cast.village_officer) == [0, 0]  # the kecamatan decides, and Siti lives in Sirap
    assert "Dispensasi" not in tiles(get(cast.village_officer))
    assert waiting(cast.district_officer) == [2, 1]
    assert waiting(cast.district_officer, "/pantau/63.11.01.2002/") == [1, 1]
    assert waiting(cast.regency_officer) == [3, 2]


def test_what_the_level_above_decides_is_said_as_the_list_says_it(cast: Cast, half: Period):
    days = {"starts_on": half.first_day, "ends_on": half.last_day, "kind": "illness", "reason": "Patah kaki"}
    ask_exemption(members=[cast.member], by=cast.district_officer, **days)
    for words in ("Menunggu keputusan kabupaten/kota", "Menunggu Anda"):
        assert (words in get(cast.district_officer, "/dispensasi/")) == ("kabupaten" in words)
        assert (words in get(cast.regency_officer, "/dispensasi/")) == ("Anda" in words)
    assert tiles(get(cast.district_officer))["Dispensasi"] == (0, "/dispensasi/")
    assert "1 menunggu keputusan kabupaten/kota" in get(cast.district_officer)
    assert "kabupaten/kota" not in get(cast.district_officer, "/pantau/63.11.01.2002/").split("Perlu perhatian")[1]
    ask_exemption(members=[cast.other_member], by=cast.village_officer, **days)
    assert tiles(get(cast.district_officer))["Dispensasi"][0] == 1
    assert "Putuskan dispensasi; 1 menunggu keputusan kabupaten/kota" in get(cast.district_officer)
    assert mine(cast.regency_officer, "Dispensasi") == set(Exemption.objects.values_list("pk", flat=True))


def test_one_button_reminds_all_who_owe_until_the_half_is_closed(cast: Cast, half: Period):
    button = 'class="button" href="/pantau/63.11.01/terlambat/ingatkan/?periode=2026-2"'
    html = get(cast.district_officer)
    assert html.count('class="button" href=') == html.count(button) == 1  # the one primary button
    Period.objects.filter(pk=half.pk).update(closed_at=NOW)
    assert button not in get(cast.district_officer)


def test_who_needs_help_comes_first(cast: Cast):
    html = get(cast.district_officer)
    assert html.index("Desa Sirap</a>") < html.index("Desa Muara Ninian</a>")
    html = get(cast.district_officer, "/pantau/?urut=nama")
    assert html.index("Desa Muara Ninian</a>") < html.index("Desa Sirap</a>")
    assert "Desa Muara Ninian</a>" not in get(cast.district_officer, "/pantau/?tampil=perlu")


def test_the_lowest_share_comes_first_where_that_is_asked_for(cast: Cast):
    VillageTally.objects.filter(village="63.11.01.2001").update(members=90, required=80, met=60)
    VillageTally.objects.filter(village="63.11.01.2002").update(members=90, required=10, met=5)
    for order, is_asked in (("bantuan", False), ("nama", False), ("kepatuhan", True)):
        html = get(cast.district_officer, f"/pantau/?urut={order}")
        assert (html.index("Desa Sirap</a>") < html.index("Desa Muara Ninian</a>")) is is_asked, order
        assert f'urut={order}" aria-current="true"' in html


def test_small_villages_are_flagged_kindly(cast: Cast):
    assert "desa kecil" in get(cast.district_officer)
    VillageTally.objects.filter(village="63.11.01.2001").update(members=9, required=5, met=5)
    VillageTally.objects.filter(village="63.11.01.2002").update(members=9, required=5, met=0)
    assert "desa kecil" not in get(cast.district_officer)


def test_the_ranking_of_villages_names_no_person(cast: Cast):
    html = get(cast.district_officer).split('id="children-title"')[1].split("</section>")[0]
    for person in (cast.member, cast.other_member):
        assert person.name not in html


def test_where_half_of_those_who_owe_are_is_said_when_all_need_help(cast: Cast):
    assert "1 dari 2 perlu bantuan" in get(cast.district_officer)
    VillageTally.objects.filter(village="63.11.01.2001").update(members=90, required=80, met=30)
    VillageTally.objects.filter(village="63.11.01.2002").update(members=90, required=80, met=70)
    html = get(cast.district_officer)
    assert "Separuh dari 60 yang belum memenuhi berasal dari Desa Muara Ninian" in html
    assert "2 dari 2" not in html


def test_trail_reaches_only_as_far_as_the_scope(cast: Cast):
    html = get(cast.district_officer, "/pantau/63.11.01.2001/")
    assert 'href="/pantau/63.11.01/?periode=2026-2"' in html
    assert 'href="/pantau/63.11/' not in html
    assert 'href="/pantau/63.11/' in get(cast.regency_officer, "/pantau/63.11.01.2001/")


def test_village_lists_its_members_and_no_others(cast: Cast):
    html = get(cast.district_officer, "/pantau/63.11.01.2001/")
    assert cast.member.name in html
    assert "Anggota Desa Muara Ninian dan kepatuhannya, Semester" in html
    assert cast.other_member.name not in html
    assert cast.pending_member.name not in html
    assert str(cast.member.phone or "tanpa nomor") not in html


def test_each_member_is_explained_in_a_sentence_and_leads_to_their_page(cast: Cast, half: Period):
    MemberFactory(village_id="63.11.01.2002", joined_on=date(2026, 11, 1), user=None)
    open_period(period=half, now=NOW)
    excuse(cast, half)
    html = get(cast.district_officer, "/pantau/63.11.01.2001/")
    assert f'<a href="/anggota/{cast.member.pk}/">{cast.member.name}</a>' in html
    assert "Kewajiban terpenuhi dengan 1 pelatihan (4 JP)." in html
    html = get(cast.district_officer, "/pantau/63.11.01.2002/")
    assert "Dispensasi sakit (1 Juli 2026 sampai 31 Desember 2026): tidak ada pelatihan yang wajib" in html
    assert "Bergabung 1 November 2026, jadi belum wajib pada semester ini; pelatihan yang selesai: 0." in html
    assert "Patah kaki" not in html
    assert "Anda mendapat" not in html
    page = get(cast.district_officer, f"/anggota/{cast.other_member.pk}/")
    assert "Dispensasi sakit (1 Juli 2026 sampai 31 Desember 2026): tidak ada pelatihan yang wajib" in page
    assert "Anda mendapat" not in page


def test_who_moved_away_since_has_no_page_here(cast: Cast):
    Member.objects.filter(pk=cast.member.pk).update(village="63.11.02.2001")
    assert f'href="/anggota/{cast.member.pk}/"' not in get(cast.district_officer, "/pantau/63.11.01.2001/")
    assert f'href="/anggota/{cast.member.pk}/"' in get(cast.regency_officer, "/pantau/63.11.01.2001/")


def test_why_somebody_is_excused_who_moved_away_is_not_told(cast: Cast, half: Period):
    excuse(cast, half)
    Member.objects.filter(pk=cast.other_member.pk).update(village="63.11.02.2001")
    for officer, is_told in ((cast.district_officer, False), (cast.regency_officer, True)):
        html = get(officer, "/pantau/63.11.01.2002/")
        assert cast.other_member.name in html
        assert ("sakit" in html) is is_told


def test_members_who_owe_come_first_and_can_be_chosen(cast: Cast, half: Period):
    late = MemberFactory(name="Zulkifli")
    open_period(period=half, now=NOW)
    html = get(cast.district_officer, "/pantau/63.11.01.2001/")
    assert html.index(late.name) < html.index(cast.member.name)
    assert cast.member.name not in get(cast.district_officer, "/pantau/63.11.01.2001/?status=belum")
    assert late.name not in get(cast.district_officer, "/pantau/63.11.01.2001/?status=terpenuhi")


def test_member_list_has_pages_of_25(cast: Cast, half: Period):
    MemberFactory.create_batch(30, user=None)
    open_period(period=half, now=NOW)
    html = get(cast.village_officer)
    assert "1–25 dari 31 anggota" in html
    assert "26–31 dari 31 anggota" in get(cast.village_officer, "/pantau/?page=2")


def test_another_period_and_one_without_data(cast: Cast):
    html = get(cast.district_officer, "/pantau/63.11.01/?periode=2025-1")
    assert "Belum ada catatan untuk periode ini" in html
    assert "Semester I 2025" in html
    get(cast.district_officer, "/pantau/63.11.01.2001/?periode=2025-1")


@pytest.mark.parametrize("path", ["", "63.11.01/terlambat/", "bandingkan/"])
@pytest.mark.parametrize("ahead", ["2027-1", "2030-1"])
def test_a_half_to_come_is_refused(cast: Cast, path: str, ahead: str):
    PeriodFactory(year=2027, half=1)
    ask = f"?periode={ahead}&kode=63.11.01.2001&kode=63.11.01.2002"
    html = get(cast.district_officer, f"/pantau/{path}{ask}", status=400)
    assert "Semester itu belum dimulai." in html
    assert "Semester I 2027" not in html
    assert "Semester I 2030" not in html


def test_unreadable_period_is_said_on_the_page(cast: Cast):
    html = get(cast.district_officer, "/pantau/?periode=kemarin", status=400)
    assert "Periode tidak dikenal" in html
    assert "Semester II 2026" in html


def test_nonsense_in_the_address_is_harmless(cast: Cast):
    get(cast.district_officer, "/pantau/?urut=x&tampil=y&page=z&status=q")
    get(cast.village_officer, "/pantau/?page=-1&status=q")


@pytest.mark.parametrize("code", ["63.11.02", "63.11", "00", "63.11.02.2001", "63.11.0"])
def test_outside_the_scope_does_not_exist(cast: Cast, code: str):
    get(cast.district_officer, f"/pantau/{code}/", status=404)


def test_neighbours_see_nothing_of_us(cast: Cast):
    html = get(cast.neighbour_district_officer)
    assert "Kec. Halong" in html
    assert cast.member.name not in html
    get(cast.neighbour_village_officer, "/pantau/63.11.01.2001/", status=404)


@pytest.mark.parametrize("who", ["liaison", "trainer", "stranger"])
def test_others_are_refused(cast: Cast, who: str):
    get(getattr(cast, who), "/pantau/", status=403)


def test_an_officer_of_two_regions_reaches_both(cast: Cast):
    grant(cast.district_officer, "63.11.02")
    assert "Kec. Halong" in get(cast.district_officer, "/pantau/63.11.02/")
    assert 'href="/pantau/63.11.02/' in get(cast.district_officer)


@pytest.mark.parametrize("who", ["village_officer", "district_officer", "regency_officer", "admin"])
def test_at_most_17_queries_whatever_the_level(cast: Cast, who: str, django_assert_max_num_queries):
    client = Client()
    client.force_login(getattr(cast, who))
    client.get("/pantau/")  # the nation's trend is read once a minute
    with django_assert_max_num_queries(17):  # one of them counts the menu's notices
        client.get("/pantau/")


def test_queries_do_not_grow_with_members(cast: Cast, half: Period, django_assert_max_num_queries):
    for member in MemberFactory.create_batch(25, user=None):
        record_training(
            member=member, source=f"s:{member.pk}", kind="online", title="Dasar", lesson_hours=4, completed_at=NOW
        )
    Member.objects.filter(name="Anggota 1").update(squad=None)
    for who in (cast.village_officer, cast.district_officer):
        client = Client()
        client.force_login(who)
        with django_assert_max_num_queries(17):  # one of them counts the menu's notices
            client.get("/pantau/")


def test_the_nations_trend_is_at_most_a_minute_old_and_a_districts_is_fresh(cast: Cast):
    cache.clear()
    nation, district = get(cast.admin), get(cast.district_officer)
    record_training(
        member=cast.other_member, source="s:new", kind="online", title="Baru", lesson_hours=4, completed_at=NOW
    )
    assert trainings_this_week(get(cast.admin)) == trainings_this_week(nation) == "1"
    assert (trainings_this_week(district), trainings_this_week(get(cast.district_officer))) == ("1", "2")
    assert "2 dari 3 anggota wajib" in get(cast.admin)
    cache.clear()
    assert trainings_this_week(get(cast.admin)) == "2"


def trainings_this_week(html: str) -> str:
    before = html.partition("Pelatihan 7 hari terakhir")[0]
    return before.rpartition('stat__value">')[2].partition("<")[0]
