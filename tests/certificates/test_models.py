"""Every constraint of the room, broken once."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from certificates.models import Certificate, NumberSequence, Predicate, Signatory, make_token
from tests.factories import CertificateFactory

pytestmark = pytest.mark.usefixtures("regions")


@pytest.fixture
def certificate(regions: None) -> Certificate:
    return CertificateFactory(sequence=1)


def test_tokens_carry_128_random_bits():
    tokens = {make_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {22}


def test_a_training_has_one_certificate(certificate: Certificate):
    with pytest.raises(IntegrityError):
        CertificateFactory(record=certificate.record, sequence=2)


@pytest.mark.parametrize("field", ["number", "token", "uuid"])
def test_numbers_tokens_and_uuids_are_unique(certificate: Certificate, field: str):
    with pytest.raises(IntegrityError):
        CertificateFactory(sequence=2, **{field: getattr(certificate, field)})


def test_a_sequence_number_is_given_once(certificate: Certificate):
    with pytest.raises(IntegrityError):
        CertificateFactory(sequence=1, number="lain")


@pytest.mark.parametrize("half", [{"file": "a.pdf"}, {"sha256": "0" * 64}])
def test_a_file_has_a_digest_and_the_other_way_round(half: dict[str, str]):
    with pytest.raises(IntegrityError):
        CertificateFactory(**half)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "revoked"},
        {"status": "revoked", "reason": "Keliru"},
        {"status": "superseded", "changed_at": timezone.now()},
        {"status": "valid", "reason": "Keliru"},
        {"status": "valid", "changed_at": timezone.now()},
    ],
)
def test_a_changed_status_has_a_reason_and_a_time(change: dict[str, object]):
    with pytest.raises(IntegrityError):
        CertificateFactory(**change)


def test_an_issuer_has_one_sequence_a_year():
    NumberSequence.objects.create(issuer_id="63.11", year=2026)
    with pytest.raises(IntegrityError):
        NumberSequence.objects.create(issuer_id="63.11", year=2026)


def test_a_region_has_three_signatories_at_most_each_in_a_place_of_their_own():
    for order in (1, 2, 3):
        Signatory.objects.create(region_id="63.11", order=order, position="Kepala")
    for order in (1, 4):
        with pytest.raises(IntegrityError), transaction.atomic():
            Signatory.objects.create(region_id="63.11", order=order, position="Lain")


def test_a_signatory_has_a_position():
    with pytest.raises(IntegrityError):
        Signatory.objects.create(region_id="63.11", position="")


@pytest.mark.parametrize("nip", ["123", "a" * 18, "1" * 17])
def test_a_nip_has_18_digits(nip: str):
    signatory = Signatory(region_id="63.11", position="Kepala", nip=nip)
    with pytest.raises(ValidationError):
        signatory.full_clean()
    with pytest.raises(IntegrityError):
        signatory.save()


@pytest.mark.parametrize("minimum", [-1, 101])
def test_a_predicate_starts_at_a_score(minimum: int):
    with pytest.raises(IntegrityError):
        Predicate.objects.create(minimum=minimum, label="Baik")


def test_a_predicate_starts_once_at_each_score():
    with pytest.raises(IntegrityError):
        Predicate.objects.bulk_create([Predicate(minimum=55, label="A"), Predicate(minimum=55, label="B")])


def test_nothing_that_a_certificate_stands_on_can_be_deleted(certificate: Certificate):
    for row in (certificate.issuer, certificate.record.member):
        with pytest.raises(ProtectedError):
            row.delete()
    assert Certificate._meta.get_field("record").remote_field.on_delete.__name__ == "PROTECT"
