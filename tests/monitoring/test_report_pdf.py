"""The Laporan Kepatuhan: one page at every level, read back from the PDF."""

import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client

from certificates.models import Signatory
from regions.letterhead import letterhead_of, signatory_of
from regions.models import Region
from regions.services import load_regions
from tests.cast import Cast
from tests.factories import REGION_NAMES, MemberFactory, PeriodFactory
from training.closing import close_period
from training.exemption_services import ask_exemption, ask_extension, grant_exemption, grant_extension
from training.models import ClosedTally, Period, VillageTally
from training.services import open_period, record_training

pytestmark = pytest.mark.usefixtures("half")
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def crowded(half: Period) -> None:
    """Forty of everything: provinces, regencies, kecamatan and villages, with long names."""
    long = "Nama Wilayah yang Panjang Sekali di Hulu Sungai"
    more = {f"{n}": f"{long} {n}" for n in (*range(11, 20), *range(31, 37), *range(71, 77), *range(91, 97))}
    more |= {f"63.{n}": f"Kabupaten {long} {n}" for n in range(12, 52)}
    more |= {f"63.11.{n}": f"{long} {n}" for n in range(10, 50)}
    more |= {f"63.11.01.20{n}": f"{long} {n}" for n in range(10, 50)}
    load_regions(names={**REGION_NAMES, **more}, today=date(2026, 1, 1))
    MemberFactory.create_batch(30, user=None)
    open_period(period=half, now=NOW)


def left_out(text: str) -> int:
    """How many children the PDF says it leaves out."""
    found = re.search(r"dan (\d+) lainnya", text)
    return int(found[1]) if found else 0


def read(cast: Cast, code: str, tmp_path: Path, query: str = "") -> tuple[str, int]:
    """The words of the PDF and its number of pages; qpdf finds nothing wrong with it."""
    client = Client()
    client.force_login(cast.admin)
    response = client.get(f"/pantau/{code}/laporan.pdf{query}")
    assert response["Content-Type"] == "application/pdf"
    file = tmp_path / "laporan.pdf"
    file.write_bytes(response.content)
    subprocess.run(["qpdf", "--check", str(file)], check=True, capture_output=True)
    pages = subprocess.run(["qpdf", "--show-npages", str(file)], check=True, capture_output=True, text=True).stdout
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(text.split()), int(pages)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("00", ["DIREKTORAT JENDERAL BINA ADMINISTRASI KEWILAYAHAN", "Jakarta, 23 November 2026"]),
        ("63.11", ["PEMERINTAH KABUPATEN BALANGAN", "Kepala Satuan Polisi Pamong Praja Kabupaten Balangan"]),
        ("63.11.01", ["KECAMATAN JUAI", "Camat Juai"]),
        ("63.11.01.2001", ["DESA MUARA NINIAN", "Kepala Desa Muara Ninian"]),
    ],
)
def test_one_page_however_many_there_are(cast: Cast, crowded: None, tmp_path: Path, code: str, words: list[str]):
    text, pages = read(cast, code, tmp_path)
    assert pages == 1
    for word in ["LAPORAN KEPATUHAN", "Semester II 2026", "NIP", *words]:
        assert word in text
    below = Region.objects.filter(parent=code).count()
    assert (left_out(text) > 0) == (below > 0)
    assert below - left_out(text) >= min(below, 10)


def test_the_figures_are_those_of_the_page(cast: Cast, tmp_path: Path):
    text, pages = read(cast, "63.11.01", tmp_path)
    assert pages == 1
    assert "50% 1 dari 2 anggota wajib sudah memenuhi." in text
    assert "Menurut tanggal pelatihan, dalam 7 hari terakhir bertambah 1; seminggu lalu 0%." in text
    assert "Setahun penuh: 1 dari 2 anggota wajib (50%) memenuhi kedua semester" in text
    assert "Desa Sirap 1 0 1 berisiko 0%* 1" in text
    assert text.index("Desa Sirap") < text.index("Desa Muara Ninian")
    assert "Semester II 2026: 50%" in text  # the end of the line
    assert "lainnya" not in text
    assert cast.member.name not in text


def test_it_is_signed_where_the_region_signs_its_certificates(cast: Cast, tmp_path: Path):
    assert "Balangan, 23 November 2026" in read(cast, "63.11", tmp_path)[0]
    Signatory.objects.create(region_id="63.11", position="Kepala Satpol PP", place="Paringin")
    assert "Paringin, 23 November 2026" in read(cast, "63.11", tmp_path)[0]
    assert "Juai, 23 November 2026" in read(cast, "63.11.01", tmp_path)[0]


def test_small_villages_are_flagged_and_no_others(cast: Cast, tmp_path: Path):
    note = "desa kecil, persen mudah berubah"
    text, _pages = read(cast, "63.11.01", tmp_path)
    assert (text.count("%*"), text.count(f"* {note}")) == (2, 1)
    assert f"({note})" in read(cast, "63.11.01.2001", tmp_path)[0]
    VillageTally.objects.update(members=9, required=5)
    text, _pages = read(cast, "63.11.01", tmp_path)
    assert "%*" not in text
    assert note not in text
    assert note not in read(cast, "63.11.01.2001", tmp_path)[0]
    assert note not in read(cast, "63.11", tmp_path)[0]


def test_each_member_stands_in_one_group(cast: Cast, half: Period, tmp_path: Path):
    days = {"starts_on": half.first_day, "ends_on": half.last_day, "kind": "illness", "reason": "Patah kaki"}
    (asked,) = ask_exemption(members=[cast.other_member], by=cast.village_officer, **days)
    grant_exemption(exemption=asked, by=cast.district_officer)
    text, _pages = read(cast, "63.11.01", tmp_path)
    assert "Dispensasi" in text
    assert "1 0 0 0 0 1 3 (1 diverifikasi)" in text  # the bar's four, not owing yet, exempt; then the reports


def test_a_period_without_figures_is_still_a_page(cast: Cast, tmp_path: Path):
    text, pages = read(cast, "63.11", tmp_path, "?periode=2025-1")
    assert pages == 1
    assert "belum ada yang wajib pada periode ini" in text


LATER = datetime(2027, 2, 1, 3, tzinfo=UTC)


def test_a_closed_half_prints_as_it_was_closed(cast: Cast, half: Period, tmp_path: Path, monkeypatch):
    close_period(period=half, now=LATER)
    record_training(
        member=cast.other_member,
        source="evidence:9",
        kind="imported",
        title="Dapur Umum",
        lesson_hours=8,
        completed_at=NOW,
    )
    monkeypatch.setattr("monitoring.views.timezone.now", lambda: LATER)
    text, pages = read(cast, "63.11.01", tmp_path, "?periode=2026-2")
    assert pages == 1
    assert "50% 1 dari 2 anggota wajib sudah memenuhi." in text  # two of two today
    assert "Angka final, ditutup pada 1 Februari 2027." in text
    assert "Koreksi sesudah penutupan di 1 desa/kelurahan: terpenuhi +1 dan setahun penuh +1 anggota" in text
    assert "Desa Sirap 1 0 1 terlambat 0%* 1" in text
    assert "7 hari terakhir" not in text
    assert "Setahun penuh: 1 dari 2 anggota wajib (50%)" in text
    ClosedTally.objects.update(year_met=None)  # closed before it was kept
    assert "Setahun penuh:" not in read(cast, "63.11.01", tmp_path, "?periode=2026-2")[0]


def test_whoever_has_longer_is_not_printed_as_late(cast: Cast, half: Period, tmp_path: Path, monkeypatch):
    extended, _late = MemberFactory.create_batch(2)  # of Muara Ninian, as Ahmad, who trained
    open_period(period=half, now=NOW)
    for member in (cast.other_member, extended):
        asked = ask_extension(member=member, period=half, until=date(2027, 3, 31), reason="Melaut", by=member.user)
        grant_extension(extension=asked, by=cast.district_officer)
    close_period(period=half, now=LATER)
    monkeypatch.setattr("monitoring.views.timezone.now", lambda: LATER)
    text, _pages = read(cast, "63.11.01", tmp_path, "?periode=2026-2")
    assert "Desa Sirap 1 0 1 berisiko 0%*" in text
    assert "Desa Muara Ninian 3 1 2 1 terlambat 33%*" in text


@pytest.mark.looks
def test_one_page_with_everything_that_can_stand_on_it(
    cast: Cast, half: Period, crowded: None, tmp_path: Path, monkeypatch
):
    """Forty kecamatan with long names, a closed half with corrections, another half beside it: who needs help first."""
    before = PeriodFactory(year=2026, half=1)
    VillageTally.objects.create(period=before, village_id="63.11.01.2001", members=9, required=8, met=6)
    for n in range(10, 50):
        village = Region.objects.create(
            code=f"63.11.{n}.2001", parent_id=f"63.11.{n}", level=Region.Level.VILLAGE, name=f"Desa {n}"
        )
        VillageTally.objects.create(period=half, village=village, members=60, required=n, met=1)
    close_period(period=half, now=LATER)
    facts = {"kind": "imported", "title": "Dapur Umum", "lesson_hours": 8, "completed_at": NOW}
    record_training(member=cast.other_member, source="evidence:9", **facts)
    monkeypatch.setattr("monitoring.views.timezone.now", lambda: LATER)
    text, pages = read(cast, "63.11", tmp_path, "?periode=2026-2")
    assert pages == 1
    for words in ("Koreksi sesudah penutupan", "Pembanding, Semester I 2026", "NIP"):
        assert words in text
    assert 0 < left_out(text) <= 32
    assert "Semuanya: http://127.0.0.1:8000/pantau/63.11/" in text
    assert text.index("Sungai 49") < text.index("Sungai 48")  # the most who are late come first
    assert "Sungai 10" not in text


def test_a_closed_half_without_corrections_says_so(half: Period, cast: Cast, tmp_path: Path):
    close_period(period=half, now=LATER)
    assert "Belum ada koreksi sesudahnya." in read(cast, "63.11", tmp_path, "?periode=2026-2")[0]
    first = read(cast, "63.11", tmp_path, "?periode=2026-1")[0]
    assert "Angka final" not in first
    assert "Setahun penuh" not in first


def test_one_half_stands_beside_another(half: Period, cast: Cast, tmp_path: Path):
    before = PeriodFactory(year=2026, half=1)
    VillageTally.objects.create(period=before, village_id="63.11.01.2001", members=9, required=8, met=6)
    text, pages = read(cast, "63.11.01", tmp_path)
    assert pages == 1
    assert "Pembanding, Semester I 2026: 75%, 6 dari 8 anggota wajib." in text
    close_period(period=half, now=LATER)
    text, _pages = read(cast, "63.11.01", tmp_path, "?periode=2026-1&banding=2026-2")
    assert "Pembanding, Semester II 2026: 50%, 1 dari 2 anggota wajib (final)." in text
    assert "Pembanding" not in read(cast, "63.11.01", tmp_path, "?periode=2026-1")[0]  # nobody owed in the one before


def test_a_half_that_is_none_is_not_compared_with(cast: Cast):
    client = Client()
    client.force_login(cast.district_officer)
    assert client.get("/pantau/63.11.01/laporan.pdf?banding=x").status_code == 400
    PeriodFactory(year=2026, half=1)
    assert "?periode=2026-2&amp;banding=2026-1" in client.get("/pantau/").content.decode()


def test_the_page_leads_here_and_strangers_do_not_come_in(cast: Cast):
    client = Client()
    client.force_login(cast.district_officer)
    assert 'href="/pantau/63.11.01/laporan.pdf?periode=2026-2"' in client.get("/pantau/").content.decode()
    assert client.get("/pantau/63.11.02/laporan.pdf").status_code == 404
    assert client.get("/pantau/63.11.01/laporan.pdf?periode=x").status_code == 400


@pytest.mark.parametrize(
    ("region", "above", "name"),
    [
        (Region(level=1, name="Kalimantan Selatan"), "Pemerintah Provinsi Kalimantan Selatan", "Satuan Polisi"),
        (Region(level=2, label="Kota", name="Banjarbaru"), "Pemerintah Kota Banjarbaru", "Satuan Polisi"),
        (Region(level=0, name="Indonesia"), "Kementerian Dalam Negeri", "Direktorat Jenderal"),
    ],
)
def test_who_writes(region: Region, above: str, name: str):
    head = letterhead_of(region)
    assert head.above == (above,)
    assert head.name.startswith(name)
    assert signatory_of(region)


def test_the_21_villages_of_a_kecamatan_all_stand_on_the_page(cast: Cast, half: Period, tmp_path: Path):
    more = {f"63.11.01.20{n}": f"Desa Tambahan {n}" for n in range(10, 29)}
    load_regions(names={**REGION_NAMES, **more}, today=date(2026, 1, 1))
    for village in more:
        VillageTally.objects.create(period=half, village_id=village, members=15, required=15, met=6)
    before = PeriodFactory(year=2026, half=1)
    VillageTally.objects.create(period=before, village_id="63.11.01.2001", members=9, required=8, met=6)
    text, pages = read(cast, "63.11.01", tmp_path)
    assert (pages, left_out(text)) == (1, 0)
    assert all(f"Desa Tambahan {n} 15 6" in text for n in range(10, 29))
    assert "Pembanding" in text
