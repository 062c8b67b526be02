"""No row names a file before the disk holds it: what somebody has downloaded is still there after a power cut."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import Storage
from django.db import connection

from certificates import services
from certificates.models import Certificate
from certificates.seal import seal
from certificates.services import issue_certificate, issue_due
from certificates.signing import take_signed_file
from cms import private_files
from cms.private_files import sync_files
from tests.cast import Cast
from tests.certificates.helpers import filed, pdfs_in
from tests.certificates.signatory import sign
from tests.factories import CertificateFactory, TrainingRecordFactory, UserFactory
from tests.files import pdf

NAMED = "a row names a file"


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the disk was asked to hold, in order; `rows_too` notes there when a row names a file."""
    happened: list[str] = []
    wait = os.fsync

    def fsync(descriptor: int) -> None:
        wait(descriptor)
        happened.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))

    monkeypatch.setattr(private_files.os, "fsync", fsync)
    return happened


@contextmanager
def rows_too(happened: list[str]) -> Iterator[None]:
    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if sql.startswith('UPDATE "certificates_certificate" SET "file"'):
            happened.append(NAMED)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield


def assert_synced_first(happened: list[str], certificate: Certificate, root: Path) -> None:
    """The file, its folder and those above it come before the row."""
    file = root / certificate.file
    before = happened[: happened.index(NAMED)]
    assert {str(place) for place in (file, *file.parents) if place.is_relative_to(root)} <= set(before)


def test_the_disk_holds_a_file_before_its_row_names_it(cast: Cast, private_files: Path, synced: list[str]):
    record = TrainingRecordFactory(member=cast.member)
    with rows_too(synced):
        certificate = issue_certificate(record_id=record.pk)
    assert certificate is not None
    assert_synced_first(synced, certificate, private_files)


def test_so_it_does_with_all_of_a_batch(cast: Cast, private_files: Path, synced: list[str]):
    TrainingRecordFactory.create_batch(3, member=cast.member)
    with rows_too(synced):
        issue_due()
    assert synced.count(NAMED) == 1
    for certificate in Certificate.objects.all():
        assert_synced_first(synced, certificate, private_files)


def test_so_it_does_with_what_a_signatory_has_signed(cast: Cast, private_files: Path, synced: list[str]):
    certificate = filed(CertificateFactory(record__member=cast.member), seal(pdf()))
    content = sign((private_files / certificate.file).read_bytes())
    synced.clear()
    with rows_too(synced):
        take_signed_file(certificate=certificate, content=content, by=UserFactory())
    certificate.refresh_from_db()
    assert_synced_first(synced, certificate, private_files)


def test_no_row_names_what_the_disk_cannot_hold(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    def fail(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    record = TrainingRecordFactory(member=cast.member)
    with monkeypatch.context() as broken:
        broken.setattr(private_files.os, "fsync", fail)
        with pytest.raises(OSError, match="Input/output"):
            issue_certificate(record_id=record.pk)
    assert not Certificate.objects.get().is_filed
    certificate = issue_certificate(record_id=record.pk)
    assert certificate is not None
    assert certificate.is_filed


def test_what_somebody_quicker_has_filed_stops_no_batch(
    cast: Cast, private_files: Path, monkeypatch: pytest.MonkeyPatch
):
    records = TrainingRecordFactory.create_batch(3, member=cast.member)

    def late(names: Iterable[str]) -> None:
        files = list(names)
        if len(files) > 1:  # the batch has written them all, and now the member's own task comes
            issue_certificate(record_id=records[1].pk)
        sync_files(files)

    monkeypatch.setattr(services, "sync_files", late)
    assert issue_due().issued == 2
    assert {str(path.relative_to(private_files)) for path in pdfs_in(private_files)} == {
        certificate.file for certificate in Certificate.objects.all()
    }


def test_a_storage_without_a_disk_of_ours_answers_for_itself(monkeypatch: pytest.MonkeyPatch, synced: list[str]):
    monkeypatch.setattr(private_files, "private_storage", Storage)  # like those of objects, it knows no paths
    sync_files(["a.pdf"])
    assert synced == []
