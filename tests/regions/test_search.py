"""What people type and what they mean by it."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from regions.search import AT_MOST, _steps, find_villages
from regions.services import load_regions
from regions.text import endings, fold
from tests.factories import REGION_NAMES

NAMES = (
    REGION_NAMES
    | {
        "63.11.01.2003": "Juai",
        "63.11.02.2002": "Sido Mulyo",
        "63.11.02.2003": "Ki'e Desa Baru",
        "63.09.01.2002": "Sidomulyo",
        "63.09.01.2003": "Sidomulyo Timur",
        "63.09.01.2004": "Ninian",
    }
    | {f"63.09.01.30{n:02}": f"Desa Adat Anjir {n}" for n in range(AT_MOST + 5)}
)


@pytest.fixture
def villages(db):
    load_regions(names=NAMES, today=date(2025, 1, 1))


def names(question: str) -> list[str]:
    return [village.full_name.split(", Kab")[0] for village in find_villages(question)]


def test_an_exact_name_comes_before_a_longer_one(villages):
    assert names("sidomulyo")[:2] == ["Sidomulyo, Kec. Banua Lawas", "Sidomulyo Timur, Kec. Banua Lawas"]


def test_a_name_that_begins_so_comes_before_a_later_word(villages):
    assert names("ninian") == ["Ninian, Kec. Banua Lawas", "Muara Ninian, Kec. Juai"]


def test_the_kecamatan_or_the_regency_narrows_the_list(villages):
    assert names("ninian juai") == ["Muara Ninian, Kec. Juai"]
    assert names("tabalong ninian") == ["Ninian, Kec. Banua Lawas"]
    assert names("ninian kab tabalong") == ["Ninian, Kec. Banua Lawas"]
    assert names("Muara Ninian, Kec. Juai, Kab. Balangan") == ["Muara Ninian, Kec. Juai"]


def test_a_kecamatan_alone_lists_its_villages_after_its_namesake(villages):
    assert names("juai") == ["Juai, Kec. Juai", "Muara Ninian, Kec. Juai", "Sirap, Kec. Juai"]


def test_one_word_or_two(villages):
    assert "Sido Mulyo, Kec. Halong" in names("sidomulyo")
    assert names("sido mulyo tabalong") == ["Sidomulyo, Kec. Banua Lawas", "Sidomulyo Timur, Kec. Banua Lawas"]


def test_a_label_is_not_looked_for_but_may_be_part_of_a_name(villages):
    assert names("desa muara") == ["Muara Ninian, Kec. Juai"]
    assert names("desa baru") == ["Ki'e Desa Baru, Kec. Halong"]
    assert names("kie") == names("ki’e") == names("Ki'e") == ["Ki'e Desa Baru, Kec. Halong"]


def test_never_more_than_asked_for(villages):
    assert len(names("anjir")) == AT_MOST
    assert len(find_villages("anjir", limit=3)) == 3


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Ki’e, Kec. JUAI", "kie kec juai"), ("  Abar- abir ", "abar abir"), ("Lalai I/II", "lalai i ii"), ("é–%_", "e")],
)
def test_fold(text: str, folded: str):
    assert fold(text) == folded


def test_endings():
    assert endings("sido mulyo") == {"sidomulyo", "mulyo"}
    assert endings("") == set()


@given(st.text(max_size=200))
def test_folded_text_holds_nothing_that_a_query_could_stumble_over(text: str):
    folded = fold(text)
    assert fold(folded) == folded
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert "  " not in folded
    assert folded == folded.strip()


def test_no_step_walks_through_all_villages(villages):
    """SQLite's planner would, for the sake of the order, if a step named the level beside its own key."""
    for step in _steps("sido mulyo halong", {}):
        plan = step[:AT_MOST].explain()
        if connection.vendor == "sqlite":
            outer = plan.splitlines()[0]
            assert "SEARCH regions_region" in outer
            assert "(level=?)" not in outer
