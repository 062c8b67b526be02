"""The two public lists behind the picker."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from regions.models import Region
from tests.factories import REGION_NAMES

NINIAN = {"code": "63.11.01.2001", "name": "Muara Ninian", "place": "Kec. Juai, Kab. Balangan"}


def ask(client: Client, question: str) -> list[dict[str, str]]:
    answer = client.get(reverse("regions:villages"), {"q": question})
    assert answer.status_code == 200
    return answer.json()["results"]


@pytest.mark.parametrize("question", ["muara ninian", "MUARA", "ninian", "ninian balangan", "muaraninian", "mu"])
def test_a_village_is_found(regions, client: Client, question: str):
    assert NINIAN in ask(client, question)


@pytest.mark.parametrize("question", ["", " ", "m", "%%", "__", "zzz", "'; --", "𝟘", "ő"])
def test_nothing_is_found_and_nothing_breaks(regions, client: Client, question: str):
    assert ask(client, question) == []


def test_a_question_without_end_is_cut(regions, client: Client):
    assert ask(client, "muara " * 1000) == [NINIAN]


def test_no_question_at_all(regions, client: Client):
    assert client.get(reverse("regions:villages")).json() == {"results": []}


def test_a_retired_village_is_not_offered(regions, client: Client):
    Region.objects.filter(pk=NINIAN["code"]).update(retired_on=date(2026, 1, 1))
    assert ask(client, "muara") == []
    assert client.get(reverse("regions:children", args=["63.11.01"])).json() == {
        "children": [{"code": "63.11.01.2002", "name": "Sirap"}]
    }


def test_children_by_name(regions, client: Client):
    answer = client.get(reverse("regions:children", args=["63"]))
    expected = [{"code": "63.11", "name": "Kab. Balangan"}, {"code": "63.09", "name": "Kab. Tabalong"}]
    assert answer.json() == {"children": expected}
    nation = client.get(reverse("regions:children", args=["00"]))
    assert nation.json() == {"children": [{"code": "63", "name": REGION_NAMES["63"]}]}
    assert client.get(reverse("regions:children", args=["63.11.01.2001"])).json() == {"children": []}


@pytest.mark.parametrize("code", ["64", "63.1", "63.11.01.9999", "x", "63%"])
def test_an_unknown_region_has_no_page(regions, client: Client, code: str):
    assert client.get(reverse("regions:children", args=[code])).status_code == 404


def test_lists_are_read_only_and_may_be_kept_by_any_cache(regions, client: Client):
    for address in (reverse("regions:villages"), reverse("regions:children", args=["00"])):
        assert client.post(address).status_code == 405
        answer = client.get(address)
        assert answer["Cache-Control"] == "public, max-age=3600"
        assert "Cookie" not in answer.get("Vary", "")
        assert not answer.cookies


def test_queries_are_few(regions, client: Client, django_assert_num_queries, django_assert_max_num_queries):
    with django_assert_num_queries(2):
        client.get(reverse("regions:children", args=["63.11.01"]))
    with django_assert_num_queries(0):
        ask(client, "m")
    with django_assert_max_num_queries(1 + 8 + 1 + 7):  # the whole, each word, the places, pairs of words
        ask(client, "a1 b2 c3 d4 e5 f6 g7 h8 i9 j0")
