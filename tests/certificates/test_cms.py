"""Signatories and predicates in the CMS: the operator's alone."""

import html as html_lib

import pytest
from django.test import Client

from certificates.models import Predicate, Signatory
from certificates.services import issue_certificate
from tests.cast import Cast
from tests.factories import TrainingRecordFactory

PAGES = ["/cms/snippets/certificates/signatory/", "/cms/snippets/certificates/predicate/"]


@pytest.mark.parametrize("path", PAGES)
def test_the_operator_sees_them(client: Client, cast: Cast, predicates: None, path: str):
    client.force_login(cast.admin)
    assert client.get(path).status_code == 200


def test_the_operator_adds_a_signatory(client: Client, cast: Cast):
    client.force_login(cast.admin)
    data = {"region": "63.11", "order": 1, "position": "Kepala", "name": "Budi", "nip": "1" * 18, "place": "Paringin"}
    assert client.post(f"{PAGES[0]}add/", data).status_code == 302
    assert Signatory.objects.get().region_id == "63.11"
    assert client.post(f"{PAGES[0]}add/", data | {"region": "63.09", "nip": "12"}).status_code == 200
    assert client.post(f"{PAGES[0]}add/", data | {"region": "63.11.01"}).status_code == 200  # a kecamatan signs nothing
    again = client.post(f"{PAGES[0]}add/", data).content.decode()
    assert "Urutan ini sudah dipakai" in again
    assert client.post(f"{PAGES[0]}add/", data | {"order": 4}).status_code == 200
    assert Signatory.objects.count() == 1


def test_the_operator_sets_how_numbers_are_written(client: Client, cast: Cast, private_files):
    client.force_login(cast.admin)
    add = "/cms/snippets/certificates/numberpattern/add/"
    for pattern, problem in [
        ("{seq}/{year}", "{issuer}"),
        ("{seq}/{issuer}/{year}/{x}", "hanya huruf besar"),
        ("{seq.real}/{seq}/{issuer}/{year}", "hanya huruf besar"),
        ("{seq}/{issuer}/{year}<b>", "hanya huruf besar"),
    ]:
        response = client.post(add, {"region": "63.11", "pattern": pattern})
        assert problem in html_lib.unescape(response.content.decode()), pattern
    assert client.post(add, {"region": "63", "pattern": "{seq:03}.{issuer}-{month}/{year}"}).status_code == 302
    certificate = issue_certificate(record_id=TrainingRecordFactory(member=cast.member).pk)
    assert certificate.number == f"001.63.11-{certificate.issued_on:%m/%Y}"


@pytest.mark.parametrize("role", ["trainer", "regency_officer", "district_officer", "stranger"])
def test_nobody_else_does(client: Client, cast: Cast, role: str):
    client.force_login(getattr(cast, role))
    for path in PAGES:
        assert client.get(path).status_code in (302, 403)
        client.post(f"{path}add/", {"minimum": "55", "label": "Lulus", "region": "63.11", "position": "Kepala"})
    assert not Signatory.objects.exists()
    assert not Predicate.objects.filter(minimum=55).exists()
