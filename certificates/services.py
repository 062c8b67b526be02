"""Issuing, in two steps, each safe to repeat:

1. one transaction takes the number and writes the row with its snapshot and token;
2. the PDF is laid out outside any transaction, stored, and taken by the row only if it has none yet.

A crash in between leaves a row without a file, which the task's next delivery or `issue_due` finishes.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.files import StoredFile, discard, store, tidy
from certificates.lanes import WHOLE, IssueResult, Lane
from certificates.models import Certificate, NumberSequence
from certificates.notices import tell
from certificates.numbering import lock_sequences, log_filed, log_reserved, next_certificate, open_sequences
from certificates.office import Office
from certificates.pdf import certificate_pdf
from certificates.seal import seal
from certificates.seal_keys import usable_credentials
from certificates.snapshots import issuer_of
from cms.private_files import sync_files
from regions.timezones import local_date
from training.models import Reversal, TrainingRecord

logger = logging.getLogger("akademi.certificates")

BATCH = 50
MOST_FAILED_SEALS = 3  # in a row: what fails so often fails for all, e.g. an expired seal or a silent authority


@dataclass
class Press:
    """Makes the PDFs of one run, and knows when no further one can be sealed."""

    failed_seals: int = 0

    @property
    def is_out_of_order(self) -> bool:
        """Whether so many seals in a row have failed that the rest is left."""
        return self.failed_seals >= MOST_FAILED_SEALS

    def sealed_pdf(self, certificate: Certificate) -> bytes:
        """Lay out and seal; raises whatever either raises."""
        with self._counting():
            usable_credentials()  # before the layout, which would be in vain
        pdf = certificate_pdf(certificate)
        with self._counting():
            sealed = seal(pdf)
        self.failed_seals = 0
        return sealed

    @contextmanager
    def _counting(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            self.failed_seals += 1
            raise


def issue_certificate(*, record_id: int) -> Certificate | None:
    """Issue the certificate of one training; any number of calls, at any time, make one number, file and notice.

    None for a training that was taken back before it had one. Must not be called inside a transaction. Raises
    whatever kept the PDF from being made; the row stays, for `issue_due`. Raises TrainingRecord.DoesNotExist.
    """
    certificate = Certificate.objects.filter(record_id=record_id).first()
    if certificate is None:
        if TrainingRecord.objects.select_related("reversal").get(pk=record_id).is_reversed:
            return None
        drawn_up, errors = _draw_up([record_id])
        for error in errors:
            raise error
        if not drawn_up:
            return None
        (certificate,) = drawn_up
    if not certificate.is_filed:
        files, errors = _print([certificate], Press())
        for error in errors:
            raise error
        _keep(files)
        certificate.refresh_from_db()
    else:
        tidy([certificate])
    return certificate


def due(records: QuerySet[TrainingRecord]) -> QuerySet[TrainingRecord]:
    """Of these trainings, those without a certificate, and those whose certificate has no file yet.

    Two searches of an index, one after the other: asked at once, the database would look at every training. What is
    found can be counted, ordered and cut off, but not filtered further.
    """
    records = records.filter(reversal__isnull=True).order_by()
    missing = records.filter(~Exists(Certificate.objects.filter(record=OuterRef("pk"))))
    return missing.union(records.filter(pk__in=Certificate.objects.unfiled().values("record")), all=True)


def issue_records(record_ids: Sequence[int], press: Press) -> IssueResult:
    """Issue the certificates of some trainings, as many as are due; never inside a transaction.

    What cannot be written or printed is logged, counted and stays due.
    """
    keys = list(TrainingRecord.objects.standing().filter(pk__in=record_ids).values_list("pk", flat=True))
    certificates, unwritten = _draw_up(keys)
    done, errors = _issue(certificates, press)
    return IssueResult(done, errors + len(unwritten))


def issue_due(*, limit: int | None = None, seconds: float | None = None, lane: Lane = WHOLE) -> IssueResult:
    """Finish every certificate without a file and issue every one that is missing, at most `limit` PDFs.

    Works a batch at a time, in a number of queries that does not grow with the batch (but for the notices), and
    begins none after so many seconds. A certificate that cannot be written or printed is logged, counted and left for
    the next run. When three seals in a row fail, the run ends: they are counted, and the rest stays due.
    """
    issued, failed, press = 0, 0, Press()
    until = None if seconds is None else monotonic() + seconds
    for keys in _batches(lane.share(Certificate.objects.unfiled()), limit, press, until):
        done, errors = _issue(list(Certificate.objects.filter(pk__in=keys).order_by("pk")), press)
        issued, failed = issued + done, failed + errors
    left = None if limit is None else limit - issued
    missing = lane.share(TrainingRecord.objects.standing().filter(certificates__isnull=True))
    for keys in _batches(missing, left, press, until):
        result = issue_records(keys, press)
        issued, failed = issued + result.issued, failed + result.failed
    is_late = until is not None and monotonic() > until
    return IssueResult(issued, failed, max(due(TrainingRecord.objects.all()).count() - failed, 0) if is_late else 0)


def _batches(rows: QuerySet[Any], limit: int | None, press: Press, until: float | None) -> Iterator[list[int]]:
    """Primary keys in order, a batch at a time while there is time and the press works, each once however the rows
    change meanwhile."""
    last, left = 0, limit
    while not press.is_out_of_order and (left is None or left > 0) and (until is None or monotonic() <= until):
        size = BATCH if left is None else min(BATCH, left)
        keys = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size])
        if not keys:
            return
        yield keys
        last = keys[-1]
        left = None if left is None else left - len(keys)


def _draw_up(record_ids: Sequence[int]) -> tuple[list[Certificate], list[Exception]]:
    """Step one for several records: their certificates, the new ones numbered in the order of the records.

    A record of which no certificate can be written, e.g. for its syllabus, takes no number and stops no other.
    """
    records = list(
        TrainingRecord.objects.filter(pk__in=record_ids)
        .select_related("member", "village__parent__parent__parent")
        .order_by("pk")
    )
    try:
        errors = _number_and_save(records)
    except IntegrityError:
        # Another run took one of the records under another year's lock, around midnight of New Year: now it shows.
        errors = _number_and_save(records)
    return list(Certificate.objects.filter(record__in=record_ids).order_by("pk")), errors


def _number_and_save(records: Sequence[TrainingRecord]) -> list[Exception]:
    now = timezone.now()
    issuers = {record.pk: issuer_of(record) for record in records}
    office = Office.of(issuers.values())
    years = {issuer.code: local_date(now, issuer.code).year for issuer in issuers.values()}
    keys = set(years.items())
    open_sequences(keys)
    with transaction.atomic(durable=True):
        sequences = lock_sequences(keys)
        out = _settled(issuers)
        certificates: list[Certificate] = []
        errors: list[Exception] = []
        for record in records:
            if record.pk in out:
                continue
            issuer = issuers[record.pk]
            sequence = sequences[issuer.code, years[issuer.code]]
            try:
                certificate = next_certificate(record, sequence=sequence, issuer=issuer, now=now, office=office)
            except Exception as error:
                # The error's text may quote a name; its kind says enough.
                logger.error("certificate of training %s not written: %s", record.pk, type(error).__name__)
                errors.append(error)
                continue
            certificates.append(certificate)
        Certificate.objects.bulk_create(certificates)
        log_reserved(certificates)
        NumberSequence.objects.bulk_update(sequences.values(), ["last"])
    return errors


def _settled(record_ids: Iterable[int]) -> set[int]:
    """Which of these trainings want no certificate: they have one by now, or were taken back.

    Until the transaction ends nobody takes back another of them; whoever does so later finds the certificate to revoke.
    """
    records = TrainingRecord.objects.filter(pk__in=record_ids).order_by("pk")
    keys = list(records.select_for_update().values_list("pk", flat=True))
    have = Certificate.objects.filter(record__in=keys).values_list("record_id", flat=True)
    taken_back = Reversal.objects.filter(record__in=keys).values_list("record_id", flat=True)
    return {*have, *taken_back}


def _issue(certificates: Sequence[Certificate], press: Press) -> tuple[int, int]:
    """Step two for a batch: how many got their file from here, and how many could not be printed."""
    tidy(certificate for certificate in certificates if certificate.is_filed)
    files, errors = _print([certificate for certificate in certificates if not certificate.is_filed], press)
    return _keep(files), len(errors)


def _print(certificates: Iterable[Certificate], press: Press) -> tuple[dict[int, StoredFile], list[Exception]]:
    """Lay out, seal and store each PDF, outside any transaction, as long as the press works.

    One that fails does not stop the others.
    """
    files: dict[int, StoredFile] = {}
    errors: list[Exception] = []
    for certificate in certificates:
        if press.is_out_of_order:
            logger.error("issuing ends: %s seals in a row have failed", press.failed_seals)
            break
        try:
            files[certificate.pk] = store(certificate, press.sealed_pdf(certificate))
        except Exception as error:
            # The error's text may quote a name; its kind says enough.
            logger.error("certificate %s not printed: %s", certificate.pk, type(error).__name__)
            errors.append(error)
    return files, errors


def _keep(files: Mapping[int, StoredFile]) -> int:
    """Give the files to the certificates that have none yet, tell their holders, and discard the others.

    Returns how many took one: another process may have been faster. Where this fails no file is removed: the rows may
    have theirs, and only the answer was lost. The next turn knows.
    """
    sync_files(file.name for file in files.values())
    taken = {certificate.pk: certificate for certificate in _record_files(files)}
    discard(file for pk, file in files.items() if pk not in taken)
    tidy(certificate for pk, certificate in taken.items() if not files[pk].is_first)
    return len(taken)


@transaction.atomic
def _record_files(files: Mapping[int, StoredFile]) -> list[Certificate]:
    """The certificates that took their file: the first writer wins, file and notice together."""
    waiting = list(
        Certificate.objects.unfiled()
        .select_for_update(of=("self",))
        .filter(pk__in=files)
        .select_related("record__member__user")
        .order_by("pk")
    )
    for certificate in waiting:
        file = files[certificate.pk]
        certificate.file, certificate.sha256, certificate.seal_digest = file.name, file.sha256, file.seal_digest
        if certificate.status == Certificate.Status.VALID:  # meanwhile it may have been replaced or revoked
            tell(certificate, _("Sertifikat terbit"), _("Sertifikat “%(title)s” sudah dapat dibuka dan dibagikan."))
    Certificate.objects.bulk_update(waiting, ["file", "sha256", "seal_digest"])
    log_filed(waiting, at=timezone.now())
    return waiting
