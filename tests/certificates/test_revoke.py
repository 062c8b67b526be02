"""Revoking: nothing is deleted, everybody can see it."""

import pytest
from django.test import Client

from certificates.errors import AlreadyRevoked, ReasonMissing
from certificates.models import Certificate
from certificates.revoking import revoke_certificate
from notifications.models import Notice
from tests.certificates.helpers import Issued
from tests.factories import UserFactory, grant

pytestmark = pytest.mark.usefixtures("issued_once")


def test_revoking_keeps_the_row_and_the_file_and_tells_the_holder(issued: Issued):
    officer = issued.cast.regency_officer
    content = issued.file.read_bytes()

    certificate = revoke_certificate(certificate=issued.certificate, by=officer, reason="  Peserta keliru ")

    assert (certificate.status, certificate.reason, certificate.changed_by) == ("revoked", "Peserta keliru", officer)
    assert certificate.changed_at is not None
    assert certificate.snapshot == issued.certificate.snapshot
    assert issued.file.read_bytes() == content
    notice = Notice.objects.of(issued.cast.member.user).first()
    assert notice is not None
    assert notice.title == "Sertifikat dicabut"
    assert "Peserta keliru" in notice.body


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_happens(issued: Issued, reason: str):
    with pytest.raises(ReasonMissing):
        revoke_certificate(certificate=issued.certificate, by=issued.cast.admin, reason=reason)
    assert Certificate.objects.get().status == "valid"


def test_twice_is_refused_and_keeps_the_first_reason(issued: Issued):
    revoke_certificate(certificate=issued.certificate, by=issued.cast.admin, reason="Pertama")
    with pytest.raises(AlreadyRevoked):
        revoke_certificate(certificate=issued.certificate, by=issued.cast.admin, reason="Kedua")
    assert Certificate.objects.get().reason == "Pertama"


@pytest.mark.parametrize("role", ["regency_officer", "admin"])
def test_the_page_of_the_regency_and_the_admin(client: Client, issued: Issued, role: str):
    client.force_login(getattr(issued.cast, role))
    verification = f"/verifikasi/{issued.certificate.token}/"
    path = f"/sertifikat/{issued.certificate.uuid}/cabut/"
    assert path in client.get(verification).content.decode()
    assert "Yang akan terjadi" in client.get(path).content.decode()

    response = client.post(path, {"reason": "Peserta keliru"}, follow=True)

    html = response.content.decode()
    assert response.redirect_chain == [(verification, 302)]
    assert ">DICABUT<" in html
    assert "Peserta keliru" in html
    assert "Cabut sertifikat ini" not in html


@pytest.mark.parametrize(
    "role", ["village_officer", "district_officer", "neighbour_district_officer", "trainer", "liaison", "stranger"]
)
def test_nobody_below_the_regency_can(client: Client, issued: Issued, role: str):
    client.force_login(getattr(issued.cast, role))
    path = f"/sertifikat/{issued.certificate.uuid}/cabut/"
    assert path not in client.get(f"/verifikasi/{issued.certificate.token}/").content.decode()
    assert client.post(path, {"reason": "x"}).status_code == 404
    assert Certificate.objects.get().status == "valid"


def test_the_holder_cannot(client: Client, issued: Issued):
    client.force_login(issued.cast.member.user)
    assert client.post(f"/sertifikat/{issued.certificate.uuid}/cabut/", {"reason": "x"}).status_code == 404


def test_another_regencys_officer_cannot(client: Client, issued: Issued):
    officer = UserFactory()
    grant(officer, "63.09")
    client.force_login(officer)
    assert client.post(f"/sertifikat/{issued.certificate.uuid}/cabut/", {"reason": "x"}).status_code == 404


def test_the_form_asks_for_the_reason(client: Client, issued: Issued):
    client.force_login(issued.cast.admin)
    response = client.post(f"/sertifikat/{issued.certificate.uuid}/cabut/", {"reason": " "})
    assert response.status_code == 200
    assert Certificate.objects.get().status == "valid"


def test_the_page_says_when_somebody_was_faster(client: Client, issued: Issued):
    client.force_login(issued.cast.admin)
    revoke_certificate(certificate=issued.certificate, by=issued.cast.admin, reason="Pertama")
    response = client.post(f"/sertifikat/{issued.certificate.uuid}/cabut/", {"reason": "Kedua"}, follow=True)
    assert "sudah dicabut" in response.content.decode()
    assert "Kedua" not in response.content.decode()
