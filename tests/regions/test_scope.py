"""Scopes and the look-up behind them, against a plain reference: codes compared segment by segment."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import Member
from regions.models import Region
from regions.scope import Scope
from regions.services import load_regions
from tests.factories import REGION_NAMES, MemberFactory

segment = st.sampled_from(["11", "12", "63", "71"])
codes = st.builds(
    lambda head, last: ".".join(head) + (f".{last}" if last and len(head) == 3 else ""),
    st.lists(segment, min_size=1, max_size=3),
    st.sampled_from(["", "1001", "2001", "2012"]),
)
any_code = st.one_of(st.just("00"), codes)


def lies_under(code: str, region: str) -> bool:
    """The reference: the region's segments are the first segments of the code; everything is under the nation."""
    segments = region.split(".")
    return region == "00" or (code != "00" and code.split(".")[: len(segments)] == segments)


@given(st.lists(any_code, max_size=5), any_code)
def test_a_scope_covers_what_lies_under_one_of_its_regions(regions: list[str], code: str):
    assert Scope.of(*regions).covers(code) == any(lies_under(code, region) for region in regions)


@given(st.lists(any_code, max_size=5))
def test_a_scope_keeps_only_the_widest_regions(regions: list[str]):
    kept = Scope.of(*regions).prefixes
    assert not any(a != b and lies_under(a, b or "00") for a in kept for b in kept)
    assert Scope.of(*regions) == Scope.of(*reversed(regions), *regions)
    assert bool(Scope.of(*regions)) == bool(regions)


@pytest.mark.parametrize(
    "code",
    ["", " ", "6", "63.", "63.1", "63.11.", "63.11.01.20", "63.11.01.20011", "63%", "63_11", "%", "\\", "63.11\n", "٦٣",
     "63' --", "0", "63/11"],
)  # fmt: skip
def test_only_region_codes_make_a_scope(code: str):
    with pytest.raises(ValueError, match="Not a region code"):
        Scope.of(code)
    with pytest.raises(ValueError, match="Not a prefix"):
        Region.objects.filter(code__under=code)


def test_a_scope_made_by_hand_is_checked_too():
    with pytest.raises(ValueError, match="Not a region code"):
        Scope(("63%",))


@pytest.fixture
def towns(db):
    """Neighbours whose codes begin alike: 63.11 beside 63.1x, 6x beside 63."""
    extra = {"64": "Kalimantan Timur", "62": "Kalimantan Tengah", "63.10": "Kabupaten Tanah Bumbu"}
    load_regions(names=REGION_NAMES | extra, today="2025-01-01")


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope.nation(),
        Scope.of("63"),
        Scope.of("63.11"),
        Scope.of("63.11.01"),
        Scope.of("63.11.01.2001"),
        Scope.of("63.09", "63.11.02"),
        Scope.of("63.11", "64"),
        Scope.of("99"),
    ],
    ids=lambda scope: ",".join(scope.prefixes) if scope else "nothing",
)
def test_the_database_agrees_with_the_scope(towns, scope: Scope):
    found = set(Region.objects.within(scope).values_list("code", flat=True))
    assert found == {code for code in Region.objects.values_list("code", flat=True) if scope.covers(code)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["00", "64", "99", *REGION_NAMES]), max_size=4))
def test_any_scope_finds_what_lies_under_its_regions(towns, regions: list[str]):
    found = set(Region.objects.within(Scope.of(*regions)).values_list("code", flat=True))
    known = Region.objects.values_list("code", flat=True)
    assert found == {code for code in known if any(lies_under(code, region) for region in regions)}


def test_a_scope_filters_a_neighbour_model_without_a_join(regions):
    member = MemberFactory(village_id="63.11.01.2001")
    MemberFactory(village_id="63.11.02.2001")
    found = Member.objects.filter(Scope.of("63.11.01").q("village__code"))
    assert list(found) == [member]
    assert "JOIN" not in str(found.query)


def plan(queryset) -> str:
    """How the database would answer, with full scans made unattractive on PostgreSQL, whose tables are tiny here."""
    if connection.vendor != "postgresql":
        return queryset.explain()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return queryset.explain()


def test_under_is_answered_from_the_index_of_codes(regions):
    found = plan(Region.objects.filter(code__under="63.11"))
    if connection.vendor == "postgresql":
        assert "regions_region_code" in found
        assert "_like" in found
        assert "~>=~" in found
    else:
        assert "SEARCH regions_region USING INDEX sqlite_autoindex_regions_region_1 (code>? AND code<?)" in found


def test_under_is_answered_from_the_index_of_a_foreign_key(regions):
    found = plan(Member.objects.order_by().filter(village__code__under="63.11"))
    if connection.vendor == "postgresql":
        assert "~>=~" in found
    else:
        assert "SEARCH members_member USING" in found
    assert "village_id" in found


def test_begins_is_answered_from_the_index_of_names(regions):
    found = plan(Region.objects.order_by().filter(level=4, search_text__begins=" muara"))
    assert "region_level_search" in found
    assert ("~>=~" if connection.vendor == "postgresql" else "search_text>?") in found
