"""Who revoked, replaced or signed: told to the officers who answer for the certificate, and to nobody else."""

import pytest
from django.test import Client

from certificates.models import Certificate
from certificates.reissue import reissue_certificate
from certificates.revoking import revoke_certificate
from certificates.seal import seal
from certificates.signing import take_signed_file
from tests.cast import Cast
from tests.certificates.helpers import filed
from tests.certificates.signatory import sign
from tests.factories import CertificateFactory, UserFactory, grant
from tests.files import pdf

HEADING = "Catatan untuk petugas"


@pytest.fixture
def province_officer(cast: Cast) -> object:
    officer = UserFactory(name="Kasat Provinsi")
    grant(officer, "63")
    return officer


@pytest.fixture
def revoked(cast: Cast, province_officer) -> Certificate:
    """Signed, then revoked by the regency, then issued anew by the province."""
    certificate = filed(CertificateFactory(record__member=cast.member), paper := seal(pdf()))
    take_signed_file(certificate=certificate, content=sign(paper), by=cast.regency_officer)
    revoke_certificate(certificate=certificate, by=cast.regency_officer, reason="Salah orang")
    reissue_certificate(certificate=certificate, by=province_officer, reason="Pencabutan keliru.")
    certificate.refresh_from_db()
    return certificate


def page(client: Client, certificate: Certificate, user: object = None) -> str:
    if user:
        client.force_login(user)
    return client.get(f"/verifikasi/{certificate.token}/").content.decode()


def test_the_issuers_officer_reads_who_did_what_and_when(client: Client, cast: Cast, revoked: Certificate):
    html = page(client, revoked, cast.regency_officer)
    assert HEADING in html
    assert "Berkas bertanda tangan diunggah oleh Satpol PP Balangan, " in html
    assert "Dicabut oleh Satpol PP Balangan, " in html
    assert " WITA.</li>" in html


def test_an_officer_above_is_told_by_level_below_and_by_name_to_their_own(
    client: Client, cast: Cast, revoked: Certificate, province_officer
):
    new = revoked.replaced_by
    assert "Diterbitkan ulang oleh petugas provinsi, " in page(client, new, cast.regency_officer)
    assert "Diterbitkan ulang oleh Kasat Provinsi, " in page(client, new, province_officer)


def test_what_the_operator_or_a_deleted_account_did_is_told_as_that(client: Client, cast: Cast):
    one, other = CertificateFactory.create_batch(2, record__member=cast.member)
    leaver = UserFactory()
    revoke_certificate(certificate=one, by=cast.admin, reason="Salah orang")
    reissue_certificate(certificate=other, by=leaver, reason="Ejaan")
    leaver.delete()
    assert "Dicabut oleh admin, " in page(client, one, cast.regency_officer)
    assert "Diganti oleh akun yang sudah dihapus, " in page(client, other)


@pytest.mark.parametrize("role", ["", "member", "village_officer", "district_officer", "trainer", "stranger"])
def test_nobody_else_reads_it(client: Client, cast: Cast, revoked: Certificate, province_officer, role: str):
    user = getattr(cast, role) if role else None
    user = getattr(user, "user", user)
    for certificate in (revoked, revoked.replaced_by):
        html = page(client, certificate, user)
        for words in (HEADING, "Satpol PP Balangan, ", "petugas provinsi", province_officer.name):
            assert words not in html
        said = client.get(f"/verifikasi/{certificate.token}.json").content.decode()
        assert province_officer.name not in said


def test_another_regencys_officer_reads_nothing_of_it(client: Client, revoked: Certificate):
    officer = UserFactory()
    grant(officer, "63.09")
    assert HEADING not in page(client, revoked, officer)


def test_one_that_nothing_happened_to_has_no_such_words(client: Client, cast: Cast):
    assert HEADING not in page(client, CertificateFactory(record__member=cast.member), cast.regency_officer)


def test_it_costs_a_few_queries_and_those_only_to_who_reads_it(
    client: Client, cast: Cast, revoked: Certificate, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        page(client, revoked)
    client.force_login(cast.regency_officer)
    with django_assert_max_num_queries(17):
        page(client, revoked)
