"""What a certificate says is written once: the database refuses to change it, and lets the rest change."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from certificates.models import Certificate
from certificates.operations import _FROZEN_COLUMNS
from tests.cast import Cast
from tests.factories import CertificateFactory, TrainingRecordFactory

CHANGES = {
    "id": 987_654,
    "uuid": uuid4(),
    "token": "A" * 22,
    "record_id": 0,  # another training's, see below
    "replaces_id": 0,  # another certificate's
    "number": "0001/SERT/63.11/I/2020",
    "issuer_id": "63.09",
    "year": 2020,
    "sequence": 9999,
    "snapshot": {"name": "Orang Lain"},
    "issued_on": date(2020, 1, 1),
    "issued_at": datetime(2020, 1, 1, tzinfo=UTC),
    "reissue_reason": "Lain",
}
MAY_CHANGE = {"file", "sha256", "seal_digest", "status", "reason", "changed_at", "changed_by", "reissued_by"}


@pytest.fixture
def certificate(cast: Cast) -> Certificate:
    return CertificateFactory(record__member=cast.member)


@pytest.mark.parametrize("column", _FROZEN_COLUMNS)
def test_the_database_refuses_to_change_it(certificate: Certificate, cast: Cast, column: str):
    value = CHANGES[column]
    if column == "record_id":
        value = TrainingRecordFactory(member=cast.member).pk
    if column == "replaces_id":
        value = CertificateFactory(record__member=cast.member).pk
    was = Certificate.objects.filter(pk=certificate.pk).values(*_FROZEN_COLUMNS).get()
    with pytest.raises(IntegrityError, match="certificate_is_written_once"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**{column: value})
    assert Certificate.objects.filter(pk=certificate.pk).values(*_FROZEN_COLUMNS).get() == was


def test_neither_a_model_nor_sql_goes_around_it(certificate: Certificate):
    certificate.snapshot["name"] = "Orang Lain"
    with pytest.raises(IntegrityError, match="certificate_is_written_once"), transaction.atomic():
        certificate.save()
    with (
        pytest.raises(IntegrityError, match="certificate_is_written_once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE certificates_certificate SET number = '1', status = 'revoked'")


def test_every_other_column_is_one_that_may_change():
    columns = {field.column for field in Certificate._meta.concrete_fields}
    named = {Certificate._meta.get_field(name).column for name in MAY_CHANGE}
    assert columns == named | set(_FROZEN_COLUMNS)


def test_file_and_status_change_as_before(certificate: Certificate, cast: Cast):
    certificate.refresh_from_db()
    certificate.file, certificate.sha256, certificate.seal_digest = "a.pdf", "a" * 64, "b" * 64
    certificate.save()  # with all columns as they are
    certificate.status, certificate.reason = Certificate.Status.REVOKED, "Keliru"
    certificate.changed_at, certificate.changed_by = timezone.now(), cast.regency_officer
    certificate.save()
    cast.regency_officer.delete()
    certificate.refresh_from_db()
    assert (certificate.status, certificate.file, certificate.changed_by) == ("revoked", "a.pdf", None)
