"""Signatories and predicates in the CMS: the operator's alone."""

import pytest
from django.test import Client

from certificates.models import Predicate, Signatory
from tests.cast import Cast

PAGES = ["/cms/snippets/certificates/signatory/", "/cms/snippets/certificates/predicate/"]


@pytest.mark.parametrize("path", PAGES)
def test_the_operator_sees_them(client: Client, cast: Cast, predicates: None, path: str):
    client.force_login(cast.admin)
    assert client.get(path).status_code == 200


def test_the_operator_adds_a_signatory(client: Client, cast: Cast):
    client.force_login(cast.admin)
    data = {"region": "63.11", "position": "Kepala", "name": "Budi", "rank": "", "nip": "1" * 18, "place": "Paringin"}
    assert client.post(f"{PAGES[0]}add/", data).status_code == 302
    assert Signatory.objects.get().region_id == "63.11"
    assert client.post(f"{PAGES[0]}add/", data | {"region": "63.09", "nip": "12"}).status_code == 200
    assert client.post(f"{PAGES[0]}add/", data | {"region": "63.11.01"}).status_code == 200  # a kecamatan signs nothing
    assert Signatory.objects.count() == 1


@pytest.mark.parametrize("role", ["trainer", "regency_officer", "district_officer", "stranger"])
def test_nobody_else_does(client: Client, cast: Cast, role: str):
    client.force_login(getattr(cast, role))
    for path in PAGES:
        assert client.get(path).status_code in (302, 403)
        client.post(f"{path}add/", {"minimum": "55", "label": "Lulus", "region": "63.11", "position": "Kepala"})
    assert not Signatory.objects.exists()
    assert not Predicate.objects.filter(minimum=55).exists()
