"""Real threads on the real database: the same task three times, fifty trainings of one issuer, two who revoke."""

import re
from functools import partial
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from certificates.batches import start_issue_run
from certificates.errors import AlreadyRevoked, FileReplaced, NotReissuable
from certificates.models import Certificate, NumberSequence, Run, SignedFile
from certificates.number_audit import number_faults
from certificates.reissue import reissue_certificate
from certificates.revoking import revoke_certificate, revoke_reversed
from certificates.seal import seal
from certificates.services import issue_certificate, issue_due
from certificates.signing import take_signed_file
from certificates.tasks import issue_certificate as deliver
from notifications.models import Notice
from tests.certificates.helpers import filed, pdfs_in
from tests.certificates.signatory import sign
from tests.factories import CertificateFactory, MemberFactory, TrainingRecordFactory, UserFactory, make_regions
from tests.files import pdf
from tests.races import at_once, refused_while_waiting
from training.reconciliation import reconcile
from training.services import reverse_training

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("books_in_order")]


@pytest.fixture(autouse=True)
def places(transactional_db: None) -> None:
    make_regions()


def test_the_same_task_three_times_is_one_certificate_one_file_one_notice(private_files: Path):
    record = TrainingRecordFactory()
    reconcile(fix=True)  # the factory enters bare rows

    at_once(*[partial(deliver, record.pk)] * 3)

    certificate = Certificate.objects.get()
    assert certificate.sequence == NumberSequence.objects.get().last == 1
    assert pdfs_in(private_files) == [private_files / certificate.file]
    assert Notice.objects.count() == 1


def test_fifty_at_once_of_one_issuer_leave_no_gap_and_no_double(private_files: Path):
    records = TrainingRecordFactory.create_batch(50, member=MemberFactory())
    reconcile(fix=True)

    at_once(*(partial(issue_certificate, record_id=record.pk) for record in records))

    assert sorted(Certificate.objects.values_list("sequence", flat=True)) == list(range(1, 51))
    assert len(set(Certificate.objects.values_list("number", flat=True))) == 50
    assert NumberSequence.objects.get().last == 50
    assert len(pdfs_in(private_files)) == Notice.objects.count() == 50
    assert list(number_faults()) == []


def test_batches_and_single_tasks_of_two_issuers_at_once(private_files: Path):
    records = TrainingRecordFactory.create_batch(4)
    records += TrainingRecordFactory.create_batch(4, member=MemberFactory(village_id="63.09.01.2001"))
    reconcile(fix=True)
    single = [partial(issue_certificate, record_id=record.pk) for record in records[::2]]

    at_once(issue_due, issue_due, *single)

    for issuer in ("63.11", "63.09"):
        numbers = Certificate.objects.filter(issuer=issuer).values_list("sequence", flat=True)
        assert sorted(numbers) == [1, 2, 3, 4]
    assert len(pdfs_in(private_files)) == 8
    assert Notice.objects.count() == 8


def test_two_officers_at_once_revoke_once():
    certificate = CertificateFactory()
    reconcile(fix=True)  # the factory enters bare rows
    officers = UserFactory.create_batch(2)

    def revoke(number: int) -> str:
        try:
            revoke_certificate(certificate=certificate, by=officers[number], reason=f"Alasan {number}")
        except AlreadyRevoked:
            return "refused"
        return "revoked"

    assert sorted(at_once(lambda: revoke(0), lambda: revoke(1))) == ["refused", "revoked"]
    assert Notice.objects.count() == 1


def test_nobody_takes_a_training_back_while_it_is_certified_anew():
    certificate, by = CertificateFactory(), UserFactory()
    reconcile(fix=True)  # the factory enters bare rows
    take_back = partial(reverse_training, record=certificate.record, reason="Keliru", by=by)
    with transaction.atomic():
        reissue_certificate(certificate=certificate, by=by, reason="Ejaan")
        assert refused_while_waiting(take_back)
    take_back()
    revoke_reversed()
    assert set(Certificate.objects.values_list("status", flat=True)) == {"superseded", "revoked"}


def test_the_certificate_is_held_before_its_training():
    """As by whoever files it, whose line in the log asks for the training at the commit: none waits for the other."""
    certificate, by = CertificateFactory(), UserFactory()
    reconcile(fix=True)
    with CaptureQueriesContext(connection) as asked:
        reissue_certificate(certificate=certificate, by=by, reason="Ejaan")
    tables = [found[1] for query in asked if (found := re.search(r'^SELECT .*? FROM "(\w+)"', query["sql"]))]
    tables = tables[tables.index("certificates_numbersequence") :]  # before it nothing is held
    assert tables.index("certificates_certificate") < tables.index("training_trainingrecord")


def test_what_was_certified_anew_while_its_training_was_taken_back_is_revoked():
    certificate, by = CertificateFactory(), UserFactory()
    reconcile(fix=True)
    certify = partial(reissue_certificate, certificate=certificate, by=by, reason="Ejaan")
    with transaction.atomic():
        reverse_training(record=certificate.record, reason="Keliru", by=by)
        # Nobody can know of it yet; where there is one writer at a time, it waits.
        came_through = not refused_while_waiting(certify)
    revoke_reversed()
    said = set(Certificate.objects.values_list("status", flat=True))
    assert said == ({"superseded", "revoked"} if came_through else {"revoked"})
    with pytest.raises(NotReissuable):
        certify()


def test_of_two_at_once_one_is_taken_and_the_same_twice_is_once(private_files: Path):
    paper = seal(pdf())
    signed = sign(paper)
    certificate, by = filed(CertificateFactory(), paper), UserFactory()
    reconcile(fix=True)

    def job(content: bytes) -> str:
        try:
            return take_signed_file(certificate=certificate, content=content, by=by).sha256
        except FileReplaced:
            return "replaced"

    results = at_once(*(partial(job, content) for content in (signed, signed, sign(paper, "Rekan"))))
    certificate.refresh_from_db()
    assert SignedFile.objects.get().sha256 == certificate.sha256
    assert set(results) == {certificate.sha256, "replaced"}
    assert len(pdfs_in(private_files)) == 2


def test_one_order_pressed_twice_at_once_is_one_run():
    records = [record.pk for record in TrainingRecordFactory.create_batch(3)]
    reconcile(fix=True)
    officer = UserFactory()

    at_once(*[partial(start_issue_run, records=records, by=officer)] * 8)

    assert Run.objects.get().items == records
