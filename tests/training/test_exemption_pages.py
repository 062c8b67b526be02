"""`/dispensasi/`: the list and its export, one request, and the decision of the level above."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from members.models import User
from notifications.models import Notice
from tests.cast import Cast
from tests.factories import MemberFactory, PeriodFactory
from training.exemption_services import ask_exemption, grant_exemption, refuse_exemption, withdraw_exemption
from training.models import Exemption, Standing
from training.services import open_period

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
HALF = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 12, 31)}


def as_officer(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, exemption: Exemption) -> str:
    return reverse(f"training:{name}", args=[exemption.uuid])


def ask(*members, by: User, **facts) -> list[Exemption]:
    values = {"kind": "illness", "reason": "Patah kaki", **HALF, **facts}
    return ask_exemption(members=members, by=by, **values)


@pytest.fixture
def waiting(cast: Cast) -> Exemption:
    """Asked for Ahmad by his village."""
    open_period(period=PeriodFactory(), now=NOW)
    return ask(cast.member, by=cast.village_officer, document="440/12/PKM")[0]


@pytest.fixture
def officer(cast: Cast) -> Client:
    """The browser of Juai's officer, who decides."""
    return as_officer(cast.district_officer)


def names(response) -> list[str]:
    return [exemption.member.name for exemption in response.context["page_obj"]]


# --- several at once ----------------------------------------------------------------------------


@pytest.fixture
def several(cast: Cast) -> list[Exemption]:
    """Two of Juai's villages, one that the kecamatan asked for itself, one of Halong."""
    asked = [
        *ask(cast.member, cast.other_member, by=cast.village_officer),
        *ask(MemberFactory(name="Badrun"), by=cast.district_officer),
        *ask(cast.neighbour_member, by=cast.neighbour_village_officer),
    ]
    open_period(period=PeriodFactory(), now=NOW)
    return asked


def test_only_what_an_officer_decides_can_be_ticked(several: list[Exemption], cast: Cast, officer: Client):
    page = officer.get("/dispensasi/").content.decode()
    assert [f'value="{one.uuid}"' in page for one in several] == [True, True, False, False]
    assert "Setujui yang dicentang" in page
    assert "Setujui yang dicentang" not in as_officer(cast.village_officer).get("/dispensasi/").content.decode()


def test_the_ticked_ones_are_granted_each_under_its_rules(several: list[Exemption], officer: Client):
    chosen = {"pilih": [*(one.uuid for one in several), "x", "a\0b"]}
    response = officer.post("/dispensasi/setujui/?status=waiting&cari=a", chosen, follow=True)
    said = [str(message) for message in response.context["messages"]]
    assert said[0] == "2 dispensasi disetujui."
    assert len(said) == 2
    assert said[1].startswith("Badrun: ")
    assert response.redirect_chain[-1][0] == "/dispensasi/?status=waiting&cari=a"
    assert [one.status for one in Exemption.objects.order_by("pk")] == ["granted", "granted", "waiting", "waiting"]
    assert Standing.objects.filter(is_exempt=True).count() == 2


def test_granting_the_same_again_changes_nothing(several: list[Exemption], officer: Client):
    for _ in range(2):
        officer.post("/dispensasi/setujui/", {"pilih": [several[0].uuid]})
    assert Notice.objects.filter(title="Dispensasi disetujui").count() == 1
    before = Exemption.objects.get(pk=several[0].pk).decided_at
    response = officer.post("/dispensasi/setujui/", {"pilih": [several[0].uuid]}, follow=True)
    assert Exemption.objects.get(pk=several[0].pk).decided_at == before
    assert {str(message) for message in response.context["messages"]} == {"1 dispensasi disetujui."}


def test_one_that_was_refused_meanwhile_stays_and_nothing_ticked_says_so(
    several: list[Exemption], cast: Cast, officer: Client
):
    refuse_exemption(exemption=several[0], by=cast.district_officer, reason="Tanpa surat")
    response = officer.post("/dispensasi/setujui/", {"pilih": [several[0].uuid]}, follow=True)
    assert "sudah diputuskan" in response.content.decode()
    assert Exemption.objects.get(pk=several[0].pk).status == "refused"
    assert "Belum ada yang dicentang" in officer.post("/dispensasi/setujui/", follow=True).content.decode()


# --- the list -----------------------------------------------------------------------------------


def test_each_row_says_who_why_when_and_where_it_stands(cast: Cast, officer: Client, waiting: Exemption):
    page = officer.get("/dispensasi/").content.decode()
    for text in ("Ahmad Riduan", "Desa Muara Ninian", "Sakit", "1 Jul 2026", "31 Des 2026"):
        assert text in page
    for text in ("Kades Muara Ninian", "Menunggu Anda</span>", "1 dispensasi"):
        assert text in page
    assert "Patah kaki" not in page  # the reason stays on the page of the request


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("village_officer", ["Ahmad Riduan"]),
        ("district_officer", ["Ahmad Riduan", "Siti Rahmah"]),
        ("neighbour_district_officer", ["Mahyudin"]),
        ("regency_officer", ["Ahmad Riduan", "Siti Rahmah", "Mahyudin"]),
        ("admin", ["Ahmad Riduan", "Siti Rahmah", "Mahyudin"]),
    ],
)
def test_an_officer_sees_their_region(cast: Cast, who: str, seen: list[str]):
    for member in (cast.member, cast.other_member, cast.neighbour_member):
        ask(member, by=cast.admin)
    assert names(as_officer(getattr(cast, who)).get("/dispensasi/")) == seen


@pytest.fixture
def four(cast: Cast) -> None:
    """One in each state, the waiting one in the middle."""
    people = [MemberFactory(name=name) for name in ("Amat", "Badrun", "Cahyo", "Darma")]
    one, two, three, _four = (ask(member, by=cast.village_officer, kind="other")[0] for member in people)
    grant_exemption(exemption=one, by=cast.district_officer)
    refuse_exemption(exemption=two, by=cast.district_officer, reason="Tanpa surat")
    withdraw_exemption(
        exemption=grant_exemption(exemption=three, by=cast.district_officer), by=cast.district_officer, reason="Sembuh"
    )
    ask(cast.other_member, by=cast.district_officer, kind="deployment")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Darma", "Siti Rahmah", "Cahyo", "Badrun", "Amat"]),  # what waits first and longest
        ("status=waiting", ["Darma", "Siti Rahmah"]),
        ("status=granted", ["Amat"]),
        ("status=refused", ["Badrun"]),
        ("status=withdrawn", ["Cahyo"]),
        ("jenis=deployment", ["Siti Rahmah"]),
        ("jenis=other&status=granted", ["Amat"]),
        ("cari=RAHM", ["Siti Rahmah"]),
        ("cari=%25", []),
        ("wilayah=63.11.01.2002", ["Siti Rahmah"]),
        ("status=waiting&cari=amat", []),
    ],
)
def test_filters_are_addresses(four: None, officer: Client, query: str, found: list[str]):
    assert names(officer.get(f"/dispensasi/?{query}")) == found


@pytest.mark.parametrize("query", ["status=x", "jenis=x", "wilayah=63.11.02", "wilayah='--", "page=zz"])
def test_nonsense_in_the_address_is_harmless(cast: Cast, officer: Client, waiting: Exemption, query: str):
    ask(cast.neighbour_member, by=cast.neighbour_village_officer)
    response = officer.get(f"/dispensasi/?{query}")
    assert response.status_code == 200
    assert "Mahyudin" not in response.content.decode()


def test_searching_keeps_the_state(four: None, officer: Client):
    page = officer.get("/dispensasi/?status=waiting").content.decode()
    assert '<input type="hidden" name="status" value="waiting"' in page


def test_tabs_count_every_state(four: None, officer: Client):
    tabs = officer.get("/dispensasi/").context["tabs"]
    assert [(tab["label"], tab["count"]) for tab in tabs] == [
        ("Semua", 5),
        ("Menunggu", 2),
        ("Disetujui", 1),
        ("Ditolak", 1),
        ("Dicabut", 1),
    ]


def test_empty_states(officer: Client, waiting: Exemption, cast: Cast):
    assert "Tidak ada yang cocok" in officer.get("/dispensasi/?cari=zzz").content.decode()
    empty = as_officer(cast.neighbour_district_officer).get("/dispensasi/").content.decode()
    assert "Belum ada dispensasi" in empty
    assert "Ajukan dispensasi" in empty


def test_a_page_holds_25_in_few_queries(cast: Cast, officer: Client, django_assert_max_num_queries):
    ask(*MemberFactory.create_batch(30, user=None), by=cast.village_officer)
    with django_assert_max_num_queries(9):
        page = officer.get("/dispensasi/?jenis=illness")
    assert len(names(page)) == 25
    assert "1–25 dari 30 dispensasi" in page.content.decode()
    assert "jenis=illness&amp;page=2" in page.content.decode()


# --- the export ---------------------------------------------------------------------------------


def rows_of(client: Client, query: str = "") -> list[list[str]]:
    response = client.get(f"/dispensasi/unduh.csv{query}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_export_is_what_is_filtered(four: None, officer: Client):
    head, *rows = rows_of(officer, "?status=granted")
    assert head[:2] == ["Nama", "Nomor anggota"]
    assert [row[0] for row in rows] == ["Amat"]
    assert "disetujui" in rows[0]
    assert [row[0] for row in rows_of(officer)[1:]] == ["Darma", "Siti Rahmah", "Cahyo", "Badrun", "Amat"]


def test_the_excel_file_is_the_same(four: None, officer: Client, monkeypatch: pytest.MonkeyPatch):
    response = officer.get("/dispensasi/unduh.xlsx?status=waiting")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["Nama", "Darma", "Siti Rahmah"]
    monkeypatch.setattr("members.spreadsheets.XLSX_LIMIT", 1)
    page = officer.get("/dispensasi/unduh.xlsx?status=waiting", follow=True)
    assert page.redirect_chain == [("/dispensasi/?status=waiting", 302)]
    assert "unduh CSV" in page.content.decode()


def test_the_export_runs_nothing_and_tells_no_reason(cast: Cast, officer: Client):
    ask(MemberFactory(name="=1+1"), by=cast.village_officer, reason="Sakit jantung", document="=cmd")
    (row,) = rows_of(officer)[1:]
    assert row[0] == "'=1+1"
    assert "'=cmd" in row
    assert not [cell for cell in row if "jantung" in cell]


def test_the_export_ends_at_the_region(cast: Cast, waiting: Exemption):
    assert rows_of(as_officer(cast.neighbour_district_officer))[1:] == []


# --- one request --------------------------------------------------------------------------------


def test_the_page_says_what_it_excuses(officer: Client, waiting: Exemption, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        page = officer.get(address("exemption", waiting)).content.decode()
    for text in ("membebaskan Semester II 2026", "Patah kaki", "440/12/PKM", "Menunggu keputusan Anda", "Setujui"):
        assert text in page


def test_a_short_one_says_that_it_excuses_nothing(cast: Cast, officer: Client):
    (short,) = ask(cast.member, by=cast.village_officer, starts_on=date(2026, 10, 4))
    page = officer.get(address("exemption", short)).content.decode()
    assert "tidak membebaskan semester mana pun, karena kurang dari 90 hari" in page


def test_days_add_up_with_those_that_are_granted(cast: Cast, officer: Client):
    (first,) = ask(cast.member, by=cast.village_officer, ends_on=date(2026, 8, 14))  # 45 days
    (second,) = ask(cast.member, by=cast.village_officer, starts_on=date(2026, 11, 16))  # 46 days
    assert "tidak membebaskan" in officer.get(address("exemption", second)).content.decode()
    grant_exemption(exemption=first, by=cast.district_officer)
    assert "ini membebaskan Semester II 2026" in officer.get(address("exemption", second)).content.decode()


@pytest.mark.parametrize("who", ["village_officer", "neighbour_district_officer"])
def test_who_does_not_decide(cast: Cast, waiting: Exemption, who: str):
    client, answer = as_officer(getattr(cast, who)), 403 if who == "village_officer" else 404
    page = client.get(address("exemption", waiting))
    if answer == 404:
        assert page.status_code == 404
    else:
        assert "Diputuskan oleh tingkat di atas yang mengajukan" in page.content.decode()
        assert "Setujui" not in page.content.decode()
    for name in ("exemption_grant", "exemption_refuse", "exemption_withdraw"):
        assert client.post(address(name, waiting), {"reason": "x"}).status_code == answer
    assert Exemption.objects.get().is_waiting


def test_nobody_decides_about_themselves(cast: Cast, waiting: Exemption, officer: Client):
    cast.member.user = cast.district_officer
    cast.member.save()
    assert "Setujui" not in officer.get(address("exemption", waiting)).content.decode()
    assert officer.post(address("exemption_grant", waiting)).status_code == 403


# --- the decision -------------------------------------------------------------------------------


def test_who_has_no_account_is_not_said_to_be_told(cast: Cast, officer: Client, waiting: Exemption):
    members = [MemberFactory(user=None, name=name) for name in ("Aminah Husaini", "Bahrun")]
    open_period(period=PeriodFactory(), now=NOW)
    granted, refused = ask(*members, by=cast.village_officer)
    page = officer.post(address("exemption_grant", granted), follow=True).content.decode()
    assert "Disetujui. Aminah Husaini belum punya akun; sampaikan secara langsung." in page
    assert "Anggota ini belum punya akun" in officer.get(address("exemption_refuse", refused)).content.decode()
    page = officer.post(address("exemption_refuse", refused), {"reason": "Sudah sembuh"}, follow=True).content.decode()
    assert "Ditolak. Bahrun belum punya akun; sampaikan secara langsung." in page
    assert "Akan dibaca oleh anggota" in officer.get(address("exemption_refuse", waiting)).content.decode()


def test_grant(cast: Cast, officer: Client, waiting: Exemption):
    page = officer.post(address("exemption_grant", waiting), follow=True).content.decode()
    assert "Disetujui. Ahmad Riduan diberi tahu." in page
    assert "Dispensasi ini membebaskan Semester II 2026." in page
    assert Standing.objects.get(member=cast.member).is_exempt
    again = officer.post(address("exemption_grant", waiting), follow=True)
    assert "sudah diputuskan" in again.content.decode()


def test_refuse_asks_for_a_reason(officer: Client, waiting: Exemption):
    page = officer.get(address("exemption_refuse", waiting)).content.decode()
    assert "Kewajiban pelatihan Ahmad Riduan tetap." in page
    assert "Tuliskan alasannya." in officer.post(address("exemption_refuse", waiting), {"reason": " "}).content.decode()
    assert Exemption.objects.get().is_waiting
    page = officer.post(address("exemption_refuse", waiting), {"reason": "Tanpa surat"}, follow=True).content.decode()
    assert "Tanpa surat" in page
    assert Exemption.objects.get().status == "refused"
    assert officer.get(address("exemption_refuse", waiting)).status_code == 302  # nothing to refuse any more


def test_withdraw_says_what_is_owed_again(cast: Cast, officer: Client, waiting: Exemption):
    assert officer.get(address("exemption_withdraw", waiting)).status_code == 302  # nothing to withdraw yet
    grant_exemption(exemption=waiting, by=cast.district_officer)
    page = officer.get(address("exemption_withdraw", waiting)).content.decode()
    assert "Ahmad Riduan wajib lagi pada Semester II 2026" in page
    assert officer.post(address("exemption_withdraw", waiting)).status_code == 200
    assert Standing.objects.get(member=cast.member).is_exempt
    officer.post(address("exemption_withdraw", waiting), {"reason": "Sudah sembuh"})
    assert Standing.objects.get(member=cast.member).needed == 1


def test_withdraw_beside_another_one_changes_nothing(cast: Cast, officer: Client, waiting: Exemption):
    grant_exemption(exemption=waiting, by=cast.district_officer)
    (twin,) = ask(cast.member, by=cast.village_officer, starts_on=date(2026, 7, 2))
    grant_exemption(exemption=twin, by=cast.district_officer)
    assert "tidak berubah" in officer.get(address("exemption_withdraw", twin)).content.decode()
