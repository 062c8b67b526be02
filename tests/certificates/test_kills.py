"""Five hundred certificates by workers that are killed twenty times: nothing is missing, nothing is there twice."""

import hashlib
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from random import Random
from subprocess import Popen, TimeoutExpired

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader
from pytest_django.fixtures import Settings

from certificates import batches, print_files, services
from certificates.batches import finish_runs, start_issue_run, start_print_run, work_on_run
from certificates.models import Certificate, NumberSequence, Run
from certificates.number_audit import number_faults
from certificates.services import issue_due
from members.models import User
from notifications.models import Notice
from tests.certificates.helpers import filed, pdfs_in
from tests.factories import CertificateFactory, MemberFactory, TrainingRecordFactory, UserFactory, grant, make_regions
from tests.files import pdf
from tests.settings import STORAGES
from training.models import TrainingRecord

pytestmark = pytest.mark.django_db(transaction=True)

MANY, KILLS = 500, 20
SECONDS = 60


@pytest.fixture
def officer(transactional_db: None) -> User:
    make_regions()
    officer = UserFactory()
    grant(officer, "63.11.01")
    return officer


@pytest.fixture
def files_of_the_worker(private_files: Path, settings: Settings) -> Path:
    """A worker that runs by itself stores where the settings say, and not in a folder of this test."""
    settings.STORAGES = STORAGES
    return Path(STORAGES["private"]["OPTIONS"]["location"])


def trainings(count: int) -> list[int]:
    """So many trainings of one village, none with a certificate, entered at once."""
    member = MemberFactory()
    first = TrainingRecordFactory(member=member)
    facts = {"member": member, "village_id": member.village_id, "period": first.period, "kind": first.kind}
    facts |= {"title": first.title, "lesson_hours": 4, "score": 90, "syllabus": first.syllabus}
    facts |= {"completed_at": first.completed_at, "completed_on": first.completed_on, "organiser": first.organiser}
    TrainingRecord.objects.bulk_create(TrainingRecord(source=f"kill:{at}", **facts) for at in range(count - 1))
    return list(TrainingRecord.objects.order_by("pk").values_list("pk", flat=True))


def assert_each_once(files: Path, count: int) -> None:
    """So many certificates, files and notices; numbers without a gap; every file the one that was issued."""
    certificates = list(Certificate.objects.order_by("sequence"))
    assert [certificate.sequence for certificate in certificates] == list(range(1, count + 1))
    assert NumberSequence.objects.get().last == count
    assert len({certificate.record_id for certificate in certificates}) == count
    assert len({certificate.file for certificate in certificates}) == count
    for certificate in certificates:
        content = (files / certificate.file).read_bytes()
        assert content.startswith(b"%PDF-")
        assert hashlib.sha256(content).hexdigest() == certificate.sha256
    assert Notice.objects.filter(title="Sertifikat terbit").count() == count
    assert list(number_faults()) == []


def fork(work: Callable[[], object]) -> ForkProcess:
    """A worker with everything loaded and a database connection of its own."""
    connections.close_all()
    process = get_context("fork").Process(target=work)
    process.start()
    return process


def wait_for(is_there: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not is_there():
        assert time.monotonic() < end, "it never came about"


@pytest.mark.long
def test_a_batch_survives_twenty_kills(
    officer: User, private_files: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    settings.ISSUE_LANES = 2
    monkeypatch.setattr(batches, "BATCH", 10)  # so that each life leaves something behind
    records = trainings(MANY)
    services.issue_certificate(record_id=records[0])  # what is laid out and loaded now, no worker has to
    run = start_issue_run(records=records, by=officer)
    random = Random(20)

    for _ in range(KILLS):
        lives = [fork(lambda lane=lane: work_on_run(run_id=run.pk, lane=lane)) for lane in (0, 1)]
        target = len(pdfs_in(private_files)) + random.randint(1, 15)
        wait_for(lambda target=target, life=lives[0]: life.join(0.01) or len(pdfs_in(private_files)) >= target)
        for life in lives:
            os.kill(life.pid, signal.SIGKILL)
            life.join()
            assert life.exitcode == -signal.SIGKILL

    later = timezone.now() + timedelta(minutes=2)
    assert finish_runs(now=later) == (1, 0)
    run.refresh_from_db()
    assert (run.done, run.is_finished) == (MANY, True)
    assert_each_once(private_files, MANY)
    assert len(pdfs_in(private_files)) == MANY


def test_a_print_goes_on_where_it_was_killed(officer: User, private_files: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(print_files, "PART", 2)
    member, read = MemberFactory(), print_files.read_file
    keys = [filed(CertificateFactory(record__member=member), pdf(width=100 + at)).pk for at in range(9)]
    run = start_print_run(certificates=keys, by=officer)

    def halt(certificate: Certificate) -> bytes:
        return read(certificate) if certificate.pk != keys[5] else signal.pause()

    def life() -> None:
        print_files.read_file = halt
        work_on_run(run_id=run.pk)

    killed = fork(life)
    wait_for(lambda: killed.join(0.01) or Run.objects.get(pk=run.pk).done == 4)
    os.kill(killed.pid, signal.SIGKILL)
    killed.join()

    again: list[int] = []
    monkeypatch.setattr(print_files, "read_file", lambda one: again.append(one.pk) or read(one))
    assert finish_runs(now=timezone.now() + timedelta(minutes=2)) == (1, 0)
    run.refresh_from_db()
    assert again == keys[4:]
    assert [page.mediabox.width for page in PdfReader(private_files / run.file).pages] == list(range(100, 109))
    assert [file.name for file in (private_files / print_files.PRINTED).iterdir()] == [Path(run.file).name]


def test_the_command_issues_by_several_processes(
    officer: User, private_files: Path, capsys: pytest.CaptureFixture[str]
):
    trainings(9)
    call_command("issue_certificates", "--processes", "2")
    assert capsys.readouterr().out.startswith("9 certificates issued in ")
    assert len(pdfs_in(private_files)) == 9
    assert_each_once(private_files, 9)


def test_a_worker_that_dies_hands_the_batch_on(
    officer: User, files_of_the_worker: Path, background: None, worker_process: Popen[bytes] | None
):
    """Where there is a real worker, its processes are killed; without one, whoever ordered it goes on by the page."""
    count = 120
    trainings(count)
    client = Client()
    client.force_login(officer)
    address = client.post("/sertifikat/wilayah/terbit/")["Location"]
    run = Run.objects.get()
    if worker_process:
        children = Path(f"/proc/{worker_process.pid}/task/{worker_process.pid}/children")
        wait_for(Certificate.objects.exists)
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGKILL)

    def is_finished() -> bool:
        """As the page asks, each second."""
        if worker_process:
            with suppress(TimeoutExpired):
                worker_process.wait(1)
        client.post(f"{address}lanjut/")
        run.refresh_from_db()
        return run.is_finished

    wait_for(is_finished)
    assert issue_due().failed == 0
    assert f"{count} sertifikat terbit" in client.get(address).content.decode()
    assert_each_once(files_of_the_worker, count)
