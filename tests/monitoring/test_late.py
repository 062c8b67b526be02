"""Who has not met the requirement: the list, its filters, its order and its files."""

import csv
import re
from datetime import UTC, datetime
from io import BytesIO, StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from members.models import Member, Squad, User
from regions.models import Region
from tests.cast import Cast
from tests.factories import MemberFactory, make_regions
from training.late import LateMembers
from training.models import Period, Policy, Standing
from training.services import open_period
from training.standing import State

pytestmark = pytest.mark.usefixtures("half")
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
LIST = "/pantau/63.11.01/terlambat/"


def get(user: User, address: str = LIST, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def csv_of(user: User, query: str = "") -> list[list[str]]:
    client = Client()
    client.force_login(user)
    text = client.get(f"/pantau/63.11.01/terlambat.csv{query}").getvalue().decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))


def names(user: User, query: str = "") -> list[str]:
    return [line[0] for line in csv_of(user, query)[1:]]


@pytest.fixture
def crowd(half: Period) -> list[Member]:
    """Thirty more in Muara Ninian and two in Sirap who owe a training."""
    people = MemberFactory.create_batch(30, user=None)
    people += [MemberFactory(name=name, user=None, village_id="63.11.01.2002") for name in ("Zainab", "Badrun")]
    open_period(period=half, now=NOW)
    return people


def test_the_list_says_who_and_what_is_missing(cast: Cast):
    Member.objects.filter(pk=cast.other_member.pk).update(squad=Squad.objects.create(name="Dapur umum uji"))
    html = get(cast.district_officer)
    assert "Siti Rahmah" in html
    assert "Dapur umum uji" in html
    assert "Desa Sirap" in html
    assert "Berisiko" in html
    assert "Kurang 1 pelatihan, paling lambat 31 Desember 2026." in html
    assert cast.member.name not in html  # has met the requirement
    assert cast.neighbour_member.name not in html
    assert "style=" not in html


def test_the_page_of_the_region_leads_here(cast: Cast):
    assert 'href="/pantau/63.11.01/terlambat/?periode=2026-2"' in get(cast.district_officer, "/pantau/")


def test_phone_and_whatsapp_only_with_consent(cast: Cast):
    Member.objects.filter(pk=cast.other_member.pk).update(phone="+6281234567890")
    html = get(cast.district_officer)
    assert 'href="tel:+6281234567890"' in html
    assert "0812-3456-7890" in html
    assert "wa.me" not in html
    Member.objects.filter(pk=cast.other_member.pk).update(whatsapp_consent_at=timezone.now())
    html = get(cast.district_officer)
    address = html.split('href="https://wa.me/')[1].split('"')[0]
    assert html.split(address)[1].startswith('" rel="noopener noreferrer"')
    link = urlsplit(f"https://wa.me/{address}")
    assert link.path == "/6281234567890"
    (text,) = parse_qs(link.query)["text"]
    assert "mengingatkan pelatihan Linmas Semester II 2026" in text
    assert "Terima kasih" in text
    assert len(text) < 300
    assert "Siti" not in address  # the address leaves our house


@pytest.mark.parametrize("since", [{"status": "inactive"}, {"village": "63.11.01.2001"}])
def test_who_has_left_or_moved_is_not_to_be_called(cast: Cast, since: dict[str, str]):
    facts = {"phone": "+6281234567890", "whatsapp_consent_at": timezone.now(), **since}
    Member.objects.filter(pk=cast.other_member.pk).update(**facts)
    html = get(cast.district_officer)
    assert "Siti Rahmah" in html
    assert "tel:" not in html
    assert "wa.me" not in html


def test_without_a_phone_there_is_nothing_to_press(cast: Cast):
    html = get(cast.district_officer)
    assert "belum ada nomor" in html
    assert "tel:" not in html


def test_by_village_then_name_in_pages_of_25(cast: Cast, crowd: list[Member]):
    found = names(cast.district_officer)
    assert found[-3:] == ["Badrun", "Siti Rahmah", "Zainab"]
    assert found[:-3] == sorted(found[:-3])
    html = get(cast.district_officer)
    assert "1–25 dari 33 anggota" in html
    assert "26–33 dari 33 anggota" in get(cast.district_officer, f"{LIST}?page=2")


def test_filters_narrow_the_list_and_its_files_alike(cast: Cast, crowd: list[Member]):
    assert names(cast.district_officer, "?wilayah=63.11.01.2002") == ["Badrun", "Siti Rahmah", "Zainab"]
    assert names(cast.district_officer, "?cari=siti%20%20rah") == ["Siti Rahmah"]
    assert names(cast.district_officer, f"?cari={cast.other_member.number}") == ["Siti Rahmah"]
    assert names(cast.district_officer, "?keadaan=terlambat") == []
    assert len(names(cast.district_officer, "?keadaan=berisiko")) == 33
    html = get(cast.district_officer, f"{LIST}?wilayah=63.11.01.2002&cari=z")
    assert "1 anggota" in html
    assert 'terlambat.csv?wilayah=63.11.01.2002&amp;cari=z"' in html
    assert "Tidak ada yang cocok" in get(cast.district_officer, f"{LIST}?cari=tidakada")


def test_the_worst_come_first_whatever_the_village_is_called(cast: Cast, half: Period):
    Policy.objects.create(region_id="63.11.01.2002", at_risk_days=10)  # Sirap still has time
    assert names(cast.district_officer) == ["Siti Rahmah"]
    MemberFactory(name="Zaki", user=None)
    open_period(period=half, now=NOW)
    assert [(line[0], line[6]) for line in csv_of(cast.district_officer)[1:]] == [
        ("Zaki", "berisiko"),
        ("Siti Rahmah", "belum"),
    ]
    assert names(cast.district_officer, "?keadaan=belum") == ["Siti Rahmah"]
    html = get(cast.district_officer)
    assert 'Berisiko <span class="count">1</span>' in html
    assert 'Belum <span class="count">1</span>' in html
    assert "1 anggota" in get(cast.district_officer, f"{LIST}?keadaan=belum")


def test_between_midnights_the_east_is_late_already(cast: Cast, half: Period):
    """At 23.30 WIB on 31 December it is 00.30 WITA on 1 January."""
    moment = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    late = LateMembers.load(region=Region.objects.get(pk="00"), period=half, now=moment)
    counts = late.count(late.standings())
    assert (counts[State.OVERDUE], counts[State.AT_RISK]) == (2, 0)
    assert {late.view(standing).state for standing in late.standings()} == {State.OVERDUE}
    assert late.in_state(late.standings(), State.AT_RISK).count() == 0


def test_who_was_given_longer_is_at_risk_and_not_late(cast: Cast, half: Period):
    moment = datetime(2027, 2, 1, tzinfo=UTC)
    MemberFactory(name="Zaki", user=None)
    open_period(period=half, now=NOW)
    Standing.objects.filter(member=cast.other_member).update(extended_to="2027-03-01")
    late = LateMembers.load(region=Region.objects.get(pk="63.11.01"), period=half, now=moment)
    standings = list(late.standings())
    assert [late.view(standing).state for standing in standings] == [State.OVERDUE, State.AT_RISK]
    assert late.count(late.standings()) == {State.OVERDUE: 1, State.AT_RISK: 1, State.UNMET: 0}
    assert late.in_state(late.standings(), State.AT_RISK).get().member == cast.other_member


def test_after_the_half_everybody_is_late(cast: Cast):
    get(cast.district_officer, f"{LIST}?periode=2026-1")
    assert "Tidak ada yang belum memenuhi" in get(cast.district_officer, f"{LIST}?periode=2020-1")


def test_the_excel_holds_what_the_csv_holds(cast: Cast, crowd: list[Member]):
    Member.objects.filter(pk=cast.other_member.pk).update(name="=1+1", phone="+6281234567890")
    client = Client()
    client.force_login(cast.district_officer)
    response = client.get("/pantau/63.11.01/terlambat.xlsx?wilayah=63.11.01.2002")
    assert response["Content-Disposition"].endswith('filename="belum-memenuhi-63.11.01-2026-2.xlsx"')
    assert response["Cache-Control"] == "no-store"
    found = [list(row) for row in load_workbook(BytesIO(response.getvalue())).active.iter_rows(values_only=True)]
    lines = csv_of(cast.district_officer, "?wilayah=63.11.01.2002")
    assert [[str(cell or "") for cell in line] for line in found] == lines
    assert found[1][0] == "'=1+1"
    assert found[1][8] == "0812-3456-7890"
    assert cast.other_member.nik.digits not in str(lines)


def test_a_list_too_long_for_excel_is_offered_as_csv(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("members.spreadsheets.XLSX_LIMIT", 0)
    client = Client()
    client.force_login(cast.district_officer)
    response = client.get("/pantau/63.11.01/terlambat.xlsx?wilayah=63.11.01.2002", follow=True)
    assert response.redirect_chain == [(f"{LIST}?wilayah=63.11.01.2002", 302)]
    assert "unduh CSV" in response.content.decode()


def test_a_village_officer_sees_only_the_village(cast: Cast, crowd: list[Member]):
    html = get(cast.village_officer, "/pantau/63.11.01.2001/terlambat/")
    assert "Anggota " in html
    for name in ("Siti Rahmah", "Badrun", "Zainab", "Desa Sirap"):
        assert name not in html
    # a neighbour's code in the filter opens nothing
    html = get(cast.village_officer, "/pantau/63.11.01.2001/terlambat/?wilayah=63.11.01.2002")
    assert "Siti Rahmah" not in html
    for address in (LIST, "/pantau/63.11.01.2002/terlambat/", "/pantau/63.11.01/terlambat.csv"):
        get(cast.village_officer, address, status=404)
    get(cast.village_officer, "/pantau/63.11.01/terlambat.xlsx", status=404)


def test_a_filter_never_leaves_the_region(cast: Cast):
    assert "Mahyudin" not in get(cast.district_officer, f"{LIST}?wilayah=63.11.02")
    assert names(cast.district_officer, "?wilayah=63.11.02") == ["Siti Rahmah"]  # filters nothing
    assert "Siti Rahmah" in get(cast.regency_officer, "/pantau/63.11/terlambat/?wilayah=63.11.01")


def test_unreadable_period_and_nonsense_in_the_address(cast: Cast):
    html = get(cast.district_officer, f"{LIST}?periode=kemarin", status=400)
    assert "Periode tidak dikenal" in html
    assert "Siti Rahmah" in html
    assert "Siti Rahmah" in get(cast.district_officer, f"{LIST}?keadaan=x&page=z")
    get(cast.district_officer, "/pantau/63.11.01/terlambat.csv?periode=x", status=400)


def test_nobody_else_is_let_in(cast: Cast):
    for who in (cast.stranger, cast.liaison, cast.trainer, cast.member.user):
        get(who, status=403)


def test_no_page_is_kept_by_the_browser(cast: Cast):
    client = Client()
    client.force_login(cast.district_officer)
    assert "no-store" in client.get(LIST)["Cache-Control"]


def test_queries_do_not_grow(cast: Cast, crowd: list[Member], django_assert_max_num_queries):
    client = Client()
    client.force_login(cast.regency_officer)
    with django_assert_max_num_queries(12):  # one of them counts the menu's notices
        client.get("/pantau/63.11/terlambat/")
    with django_assert_max_num_queries(9):
        client.get("/pantau/63.11/terlambat.csv").getvalue()


def test_the_files_of_a_region_without_members_hold_their_head(cast: Cast):
    make_regions()
    client = Client()
    client.force_login(cast.admin)
    assert client.get("/pantau/63.09/terlambat.csv").getvalue().decode("utf-8-sig").startswith("Nama;Nomor anggota")


# --- this half and the last ---------------------------------------------------------------------


def halves(html: str) -> dict[str, bool]:
    """The labels of the choice of halves, and which one is shown."""
    part = html.split('aria-label="Semester"')[1].split("</nav>", maxsplit=1)[0]
    return {
        text: bool(current) for current, text in re.findall(r"<a [^>]*?(aria-current)?(?:=\"true\")?>([^<]+)</a>", part)
    }


def test_the_last_half_is_one_tap_away(cast: Cast):
    html = get(cast.district_officer, f"{LIST}?cari=siti&keadaan=berisiko&page=2")
    assert halves(html) == {"Semester ini": True, "Semester lalu": False}
    assert 'href="?cari=siti&amp;periode=2026-1"' in html
    html = get(cast.district_officer, f"{LIST}?periode=2026-1")
    assert halves(html) == {"Semester ini": False, "Semester lalu": True}
    assert "Siti Rahmah" not in html  # nobody has a standing in a half that was never opened


def test_a_half_of_long_ago_is_named_beside_them(cast: Cast):
    html = get(cast.district_officer, f"{LIST}?periode=2024-1")
    assert halves(html) == {"Semester ini": False, "Semester lalu": False, "Semester I 2024": True}


def test_each_lacks_their_own_and_those_who_lack_the_same_read_the_same(cast: Cast, crowd: list[Member]):
    Standing.objects.filter(member__in=crowd[:2]).update(needed=2)
    Standing.objects.filter(member=crowd[2]).update(missing_courses=["Pertolongan Pertama"])
    said = {row[0]: row[7] for row in csv_of(cast.district_officer)[1:]}
    assert said[crowd[0].name] == said[crowd[1].name] == "Kurang 2 pelatihan, paling lambat 31 Desember 2026."
    assert "Pertolongan Pertama" in said[crowd[2].name]
    assert said[crowd[3].name] == "Kurang 1 pelatihan, paling lambat 31 Desember 2026."
