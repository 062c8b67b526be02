"""The JSON that machines read: exactly the contract's shape."""

from typing import Any

import pytest
from django.test import Client

from members.models import User
from tests.cast import Cast
from training.models import Period

pytestmark = pytest.mark.usefixtures("half")
FIGURES = {"members", "required", "met", "at_risk", "overdue", "exempt", "year_met", "rate", "small", "reports"}


def get(user: User, code: str, query: str = "", status: int = 200) -> dict[str, Any]:
    client = Client()
    client.force_login(user)
    response = client.get(f"/pantau/{code}.json{query}")
    assert response.status_code == status
    return response.json() if response["Content-Type"] == "application/json" else {}


def test_district_with_its_villages(cast: Cast):
    assert get(cast.district_officer, "63.11.01") == {
        "region": {"code": "63.11.01", "name": "Juai"},
        "period": "2026-2",
        "members": 2,
        "required": 2,
        "met": 1,
        "at_risk": 1,
        "overdue": 0,
        "exempt": 0,
        "year_met": 1,
        "rate": 0.5,
        "small": False,
        "reports": {"submitted": 3, "verified": 1},
        "children": [
            {
                "code": "63.11.01.2001",
                "name": "Muara Ninian",
                "members": 1,
                "required": 1,
                "met": 1,
                "at_risk": 0,
                "overdue": 0,
                "exempt": 0,
                "year_met": 1,
                "rate": 1.0,
                "small": True,
                "reports": {"submitted": 2, "verified": 1},
            },
            {
                "code": "63.11.01.2002",
                "name": "Sirap",
                "members": 1,
                "required": 1,
                "met": 0,
                "at_risk": 1,
                "overdue": 0,
                "exempt": 0,
                "year_met": 0,
                "rate": 0.0,
                "small": True,
                "reports": {"submitted": 1, "verified": 0},
            },
        ],
    }


@pytest.mark.parametrize(
    ("code", "children"),
    [("00", ["63"]), ("63", ["63.11", "63.09"]), ("63.11", ["63.11.02", "63.11.01"]), ("63.11.01.2001", [])],
)
def test_every_level_has_the_same_shape_and_adds_up(cast: Cast, code: str, children: list[str]):
    found = get(cast.admin, code)
    assert set(found) == FIGURES | {"region", "period", "children"}
    assert [child["code"] for child in found["children"]] == children
    for child in found["children"]:
        assert set(child) == FIGURES | {"code", "name"}
    for name in ("members", "required", "met", "at_risk", "overdue", "exempt", "year_met"):
        assert not children or found[name] == sum(child[name] for child in found["children"])


def test_a_region_without_members_is_zeros_and_a_rate_of_zero(cast: Cast):
    found = get(cast.admin, "63.09")
    assert (found["members"], found["rate"]) == (0, 0.0)
    assert found["children"][0]["rate"] == 0.0


def test_another_period(cast: Cast):
    found = get(cast.district_officer, "63.11.01", "?periode=2025-1")
    assert (found["period"], found["members"], found["reports"]) == ("2025-1", 0, {"submitted": 0, "verified": 0})
    assert found["year_met"] is None  # a first half says nothing of its year
    assert not Period.objects.filter(year=2025).exists()


@pytest.mark.parametrize("query", ["?periode=2026", "?periode=2026-3", "?periode='; drop table"])
def test_unreadable_period_is_said(cast: Cast, query: str):
    assert "2026-2" in get(cast.district_officer, "63.11.01", query, status=400)["error"]


@pytest.mark.parametrize("code", ["63.11.02", "63.11.02.2001", "63.11", "63", "00", "63.1", "99", "63.11.01.", "x"])
def test_outside_the_scope_does_not_exist(cast: Cast, code: str):
    get(cast.district_officer, code, status=404)


def test_a_village_officer_sees_only_the_village(cast: Cast):
    get(cast.village_officer, "63.11.01.2001")
    get(cast.village_officer, "63.11.01", status=404)
    get(cast.neighbour_village_officer, "63.11.01.2001", status=404)
    get(cast.neighbour_district_officer, "63.11.01", status=404)


@pytest.mark.parametrize("who", ["liaison", "stranger", "trainer"])
def test_others_are_refused(cast: Cast, who: str):
    get(getattr(cast, who), "63.11.01", status=403)


def test_members_are_refused(cast: Cast):
    get(cast.member.user, "63.11.01.2001", status=403)
