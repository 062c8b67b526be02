"""The order of region codes on both databases."""

import pytest
from django.db.models import F

from regions.lookups import ByCode
from regions.models import Region

pytestmark = pytest.mark.usefixtures("regions")


def codes() -> list[str]:
    return sorted(Region.objects.values_list("pk", flat=True))


def test_by_code_and_the_other_way_round():
    ordered = Region.objects.order_by(ByCode(F("code"))).values_list("pk", flat=True)
    assert list(ordered) == codes()
    assert list(ordered.reverse()) == codes()[::-1]
    assert ordered.last() == codes()[-1]
    assert list(ordered.order_by(ByCode(F("code"), descending=True))) == codes()[::-1]


def test_by_code_each_once():
    ordered = Region.objects.order_by(ByCode(F("code"))).distinct()
    assert [region.pk for region in ordered] == codes()
    assert [region.pk for region in ordered.reverse()] == codes()[::-1]
    assert ordered.count() == len(codes())


def test_by_the_code_of_another_table_each_once():
    above = sorted({code[:-3] for code in codes() if len(code) == 8})
    ordered = Region.objects.filter(level=Region.Level.DISTRICT).order_by(ByCode(F("parent_id")))
    assert list(ordered.values_list("parent_id", flat=True).distinct()) == above
