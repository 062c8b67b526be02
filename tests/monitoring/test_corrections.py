"""What was corrected in a closed half shows wherever its figures do."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.test import Client

from tests.cast import Cast
from training.closing import close_period
from training.models import Period, TrainingRecord
from training.services import record_training, reverse_training

NOW, AFTER = datetime(2026, 11, 23, 3, tzinfo=UTC), datetime(2026, 12, 31, 17, tzinfo=UTC)
JUAI = "/pantau/63.11.01"


@pytest.fixture
def closed(cast: Cast, half: Period) -> Period:
    return close_period(period=half, by=cast.admin, now=AFTER)


@pytest.fixture
def corrected(cast: Cast, closed: Period) -> Period:
    """Ahmad's training is taken back and Siti has one: nothing changes in the sum of Juai."""
    record = TrainingRecord.objects.get(member=cast.member)
    reverse_training(record=record, reason="Salah orang", by=cast.regency_officer)
    record_training(
        member=cast.other_member, source="evidence:9", kind="external", title="PPGD", lesson_hours=4, completed_at=NOW
    )
    return closed


@pytest.fixture
def officer(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.district_officer)
    return client


def table(officer: Client) -> list[dict[str, str]]:
    text = b"".join(officer.get(f"{JUAI}.csv")).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def test_the_page_and_its_table_say_so(corrected: Period, officer: Client):
    html = officer.get(f"{JUAI}/?periode=2026-2").content.decode()
    assert "Ditutup 1 Januari 2027 dengan 1 dari 2 terpenuhi." in html
    assert "Koreksi sesudahnya di 2 desa/kelurahan: terpenuhi +1 −1 dan setahun penuh +1 −1." in html
    assert html.count("dikoreksi; saat ditutup 1 dari 1") == 1  # Muara Ninian
    assert html.count("dikoreksi; saat ditutup 0 dari 1") == 1  # Sirap


def test_a_closed_half_without_corrections_says_so(closed: Period, officer: Client):
    html = officer.get(f"{JUAI}/").content.decode()
    assert "Belum ada koreksi sesudahnya." in html
    assert "dikoreksi" not in html


def test_regions_side_by_side_say_so(corrected: Period, officer: Client):
    address = "/pantau/bandingkan/?kode=63.11.01.2001&kode=63.11.01.2002"
    html = officer.get(address).content.decode()
    assert "<dt>Saat ditutup</dt><dd>1 dari 1 terpenuhi</dd>" in html
    assert "<dt>Koreksi sesudahnya</dt><dd>terpenuhi −1 dan setahun penuh −1</dd>" in html
    assert "<dt>Koreksi sesudahnya</dt><dd>terpenuhi +1 dan setahun penuh +1</dd>" in html
    assert "Koreksi sesudahnya" not in officer.get(f"{address}&periode=2025-1").content.decode()


def test_machines_read_what_it_was_closed_with(corrected: Period, officer: Client):
    found = officer.get(f"{JUAI}.json").json()
    assert (found["met"], found["required"]) == (1, 2)
    figures = {"members": 2, "required": 2, "met": 1, "exempt": 0, "year_met": 1, "rate": 0.5}
    assert found["closed"] == {**figures, "corrected": True}
    was = {child["code"]: (child["met"], child["closed"]["met"]) for child in found["children"]}
    assert was == {"63.11.01.2001": (0, 1), "63.11.01.2002": (1, 0)}


def test_the_table_has_the_figures_of_the_closing(corrected: Period, officer: Client):
    names = ("Terpenuhi", "Wajib saat ditutup", "Terpenuhi saat ditutup", "Kepatuhan saat ditutup (%)")
    assert [[line[name] for name in names] for line in table(officer)] == [
        ["0", "1", "1", "100"],
        ["1", "1", "0", "0"],
        ["1", "2", "1", "50"],
    ]
    words = [line["Koreksi sesudah ditutup"] for line in table(officer)]
    assert words == [f"terpenuhi {n} dan setahun penuh {n}" for n in ("−1", "+1", "+1 −1")]


def test_an_open_half_has_none_of_it(half: Period, officer: Client):
    assert "closed" not in officer.get(f"{JUAI}.json").json()
    assert "Terpenuhi saat ditutup" not in table(officer)[0]


def test_queries_of_a_closed_half(corrected: Period, officer: Client, django_assert_max_num_queries):
    with django_assert_max_num_queries(18):
        officer.get(f"{JUAI}/")
