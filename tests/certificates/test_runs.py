"""Issuing by an officer: what is due for a filter, in the background, with a result; and what the repair does."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from certificates import batches, print_files, services
from certificates.batches import (
    MOST_TRIES,
    certificates_of,
    finish_runs,
    most_tries,
    start_issue_run,
    start_print_run,
    still_due,
    trim_batches,
    work_on_run,
)
from certificates.errors import NothingDue, TooManyToIssue
from certificates.files import store
from certificates.lanes import IssueResult, Lane
from certificates.models import Certificate, Run
from certificates.services import issue_certificate, issue_due
from certificates.tasks import order_run
from members.models import RoleGrant
from notifications.models import Notice
from tests.cast import Cast
from tests.certificates.helpers import pdfs_in
from tests.factories import CertificateFactory, TrainingRecordFactory
from tests.files import pdf
from training.models import Reversal, TrainingRecord

LIST, ORDER, PRINT = "/sertifikat/wilayah/", "/sertifikat/wilayah/terbit/", "/sertifikat/wilayah/cetak/"


def browser_of(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def plain_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a certificate looks like is asked elsewhere."""
    paper = pdf(2)
    monkeypatch.setattr(services, "certificate_pdf", lambda certificate: paper)


@pytest.fixture
def missed(cast: Cast) -> list[TrainingRecord]:
    """Trainings that no signal was heard of: two of my village, one of the next, one of another regency."""
    members = [cast.member, cast.member, cast.other_member, cast.neighbour_member]
    return [TrainingRecordFactory(member=member, title=f"Pelatihan {n}") for n, member in enumerate(members)]


@pytest.fixture
def run(cast: Cast, missed: list[TrainingRecord]) -> Run:
    """The first three, ordered and not begun."""
    return start_issue_run(records=[record.pk for record in missed[:3]], by=cast.district_officer)


def address_of(run: Run, name: str = "run") -> str:
    return reverse(f"certificates:{name}", args=[run.uuid])


def test_an_officer_issues_what_is_due_in_the_region_and_downloads_it(
    cast: Cast, missed: list[TrainingRecord], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    client = browser_of(cast.district_officer)
    assert "Terbitkan 3 sertifikat" in client.get(LIST).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ORDER)
    run = Run.objects.get()
    assert response["Location"] == address_of(run)
    assert (run.items, run.done, run.is_finished) == ([record.pk for record in missed[:3]], 3, True)
    html = client.get(address_of(run)).content.decode()
    assert "3 sertifikat terbit" in html
    assert "Unduh ZIP" in html
    assert Certificate.objects.exclude(file="").count() == 3
    assert len(b"".join(client.get(address_of(run, "run_zip")).streaming_content)) > 3 * len(pdf(2))
    listed = client.get(LIST).content.decode()
    assert "Terbitkan 3 sertifikat</a>" in listed  # the run, to come back to
    assert "Terbitkan 3 sertifikat</button>" not in listed


@pytest.mark.parametrize(
    ("query", "due"),
    [
        ("pelatihan=latihan+1", [1]),
        ("wilayah=63.11.01.2001", [0, 1]),
        ("periode=2026-2", [0, 1, 2]),
        ("status=valid", []),
        ("wilayah=63.09", []),
        ("periode=x", []),
    ],
)
def test_only_what_is_filtered_is_issued(cast: Cast, missed: list[TrainingRecord], query: str, due: list[int]):
    client = browser_of(cast.district_officer)
    fields = dict(part.split("=") for part in query.replace("+", " ").split("&"))
    response = client.post(ORDER, fields)
    if due:
        assert Run.objects.get().items == [missed[n].pk for n in due]
    else:
        assert str(NothingDue()) in client.get(response["Location"]).content.decode()
        assert not Run.objects.exists()
    buttons = re.findall(r"Terbitkan (\d+) sertifikat</button>", client.get(f"{LIST}?{query}").content.decode())
    assert buttons == ([str(len(due))] if due else [])


def test_the_filter_is_told_in_words_without_names(cast: Cast, missed: list[TrainingRecord]):
    fields = {"wilayah": "63.11.01.2001", "periode": "2026-2", "pelatihan": "latihan", "cari": cast.member.name}
    browser_of(cast.district_officer).post(ORDER, fields)
    about = Run.objects.get().about
    assert "Muara Ninian" in about
    assert "“latihan” · hasil pencarian" in about
    assert cast.member.name not in about


def test_what_has_a_number_and_no_file_is_due_and_what_was_taken_back_is_not(
    cast: Cast, missed: list[TrainingRecord], monkeypatch: pytest.MonkeyPatch
):
    for record in missed[:2]:
        issue_certificate(record_id=record.pk)
    Certificate.objects.filter(record=missed[1]).update(file="", sha256="", seal_digest="")
    html = browser_of(cast.district_officer).get(LIST).content.decode()
    assert "Terbitkan 2 sertifikat" in html


def test_its_progress_is_told_and_the_page_goes_on_with_it(
    cast: Cast, run: Run, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    client = browser_of(cast.district_officer)
    waiting = client.get(address_of(run)).content.decode()
    assert "0 dari 3" in waiting
    assert f'hx-post="{address_of(run, "go_on")}"' in waiting
    assert "0 dari 3" in client.get(LIST).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address_of(run, "go_on"))
    part = client.post(address_of(run, "go_on"), headers={"HX-Request": "true"}).content.decode()
    assert "3 sertifikat terbit" in part
    assert "<html" not in part
    assert client.post(address_of(run, "go_on"))["Location"] == address_of(run)


def test_a_long_one_is_done_in_parts_and_goes_on_where_it_was(cast: Cast, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches, "BATCH", 1)
    for done in (1, 2, 3):
        assert work_on_run(run_id=run.pk, seconds=0).done == done
    assert Certificate.objects.count() == 3
    before = Certificate.objects.values_list("sha256", flat=True)
    assert work_on_run(run_id=run.pk).is_finished
    assert list(Certificate.objects.values_list("sha256", flat=True)) == list(before)


def test_three_deliveries_change_nothing(cast: Cast, run: Run, private_files: Path):
    for _ in range(3):
        work_on_run(run_id=run.pk)
    assert Certificate.objects.count() == len(pdfs_in(private_files)) == Notice.objects.count() == 3


def test_workers_share_it_and_the_last_one_ends_it(cast: Cast, missed: list[TrainingRecord], settings: Settings):
    settings.ISSUE_LANES = 2
    records = TrainingRecordFactory.create_batch(batches.BATCH + 1, member=cast.member)
    run = start_issue_run(records=[record.pk for record in records], by=cast.district_officer)
    assert not work_on_run(run_id=run.pk, lane=1).is_finished
    assert Certificate.objects.count() == (batches.BATCH + 1) // 2
    assert work_on_run(run_id=run.pk, lane=0).is_finished
    assert Certificate.objects.count() == batches.BATCH + 1


def test_one_worker_behind_another_does_not_turn_it_back(cast: Cast, run: Run):
    late = Run.objects.get(pk=run.pk)
    work_on_run(run_id=run.pk)
    assert batches._note(late, 0, 1).done == 3


def test_what_cannot_be_issued_is_told_and_left_to_the_repair(
    cast: Cast, run: Run, missed: list[TrainingRecord], monkeypatch: pytest.MonkeyPatch
):
    real = services.certificate_pdf

    def picky(certificate: Certificate) -> bytes:
        if certificate.record_id == missed[1].pk:
            raise ValueError
        return real(certificate)

    with monkeypatch.context() as patched:
        patched.setattr(services, "certificate_pdf", picky)
        assert work_on_run(run_id=run.pk).is_finished
    client = browser_of(cast.district_officer)
    html = client.get(address_of(run)).content.decode()
    assert "2 sertifikat terbit" in html
    assert "1 belum dapat diterbitkan" in html
    issue_due()
    assert not still_due(run)
    assert "3 sertifikat terbit" in client.get(address_of(run)).content.decode()


def test_when_nothing_can_be_sealed_it_ends_and_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    def fail(content: bytes) -> bytes:
        raise OSError("no answer")

    monkeypatch.setattr(services, "seal", fail)
    records = TrainingRecordFactory.create_batch(5, member=cast.member)
    run = start_issue_run(records=[record.pk for record in records], by=cast.district_officer)
    assert work_on_run(run_id=run.pk).is_finished
    assert "5 belum dapat diterbitkan" in browser_of(cast.district_officer).get(address_of(run)).content.decode()


def test_what_was_taken_back_meanwhile_gets_none(cast: Cast, run: Run, missed: list[TrainingRecord]):
    Reversal.objects.create(record=missed[0], reason="Keliru", reversed_by=cast.admin)
    assert work_on_run(run_id=run.pk).is_finished
    assert Certificate.objects.count() == 2
    assert "2 sertifikat terbit" in browser_of(cast.district_officer).get(address_of(run)).content.decode()


def test_the_result_can_be_printed(
    cast: Cast, run: Run, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    client = browser_of(cast.district_officer)
    assert client.post(address_of(run, "print_issued"))["Location"] == address_of(run)  # nothing yet
    work_on_run(run_id=run.pk)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address_of(run, "print_issued"))
    printed = Run.objects.get(kind=Run.Kind.PRINT)
    assert response["Location"] == address_of(printed)
    work_on_run(run_id=printed.pk)
    assert "Berkas siap" in client.get(address_of(printed)).content.decode()


def test_it_is_mine_alone_and_ends_with_the_role(cast: Cast, run: Run):
    work_on_run(run_id=run.pk)
    for name, method in [
        ("run", "get"),
        ("run_zip", "get"),
        ("go_on", "post"),
        ("again", "post"),
        ("print_issued", "post"),
    ]:
        assert getattr(browser_of(cast.village_officer), method)(address_of(run, name)).status_code == 404
    assert "Terbitkan 3" not in browser_of(cast.village_officer).get(LIST).content.decode()
    RoleGrant.objects.filter(user=cast.district_officer).update(region_id="63.09.01")
    assert browser_of(cast.district_officer).get(address_of(run)).status_code == 404


def test_refusals_and_orders_given_twice(cast: Cast, run: Run, monkeypatch: pytest.MonkeyPatch):
    assert start_issue_run(records=run.items, by=cast.district_officer) == run
    assert start_issue_run(records=run.items, by=cast.admin) != run
    with pytest.raises(NothingDue):
        start_issue_run(records=[], by=cast.district_officer)
    monkeypatch.setattr(batches, "ISSUE_LIMIT", 2)
    with pytest.raises(TooManyToIssue):
        start_issue_run(records=run.items, by=cast.district_officer)


def test_a_run_under_way_is_not_ordered_again(
    cast: Cast, run: Run, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, monkeypatch
):
    monkeypatch.setattr("certificates.tasks._are_there_no_workers", lambda: False)
    for age, ordered in [(None, 1), (timedelta(seconds=5), 0), (timedelta(minutes=2), 1)]:
        run.worked_at = None if age is None else timezone.now() - age
        with django_capture_on_commit_callbacks() as callbacks:
            order_run(run)
        assert len(callbacks) == ordered
    run.finished_at = timezone.now()
    with django_capture_on_commit_callbacks() as callbacks:
        order_run(run)
    assert callbacks == []


def test_the_scheduler_finishes_what_workers_left_and_forgets_old_ones(cast: Cast, run: Run, settings: Settings):
    now = timezone.now()
    assert finish_runs(now=now) == (0, 0)  # a worker may be on it
    settings.ISSUING_SECONDS = -1
    assert finish_runs(now=now + timedelta(minutes=2)) == (0, 0)  # no time for it
    settings.ISSUING_SECONDS = 60
    assert finish_runs(now=now + timedelta(minutes=2)) == (1, 0)
    assert trim_batches(now=now + timedelta(days=6)) == 0
    assert trim_batches(now=now + timedelta(days=8)) == 1
    assert Certificate.objects.count() == 3


def test_due_ends_with_its_time_and_tells_what_waits(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "BATCH", 2)
    TrainingRecordFactory.create_batch(5, member=cast.member)
    moments = iter([0.0, 1.0, 2.0, 99.0, 99.0, 99.0])
    monkeypatch.setattr(services, "monotonic", lambda: next(moments))
    assert issue_due(seconds=10) == IssueResult(issued=2, failed=0, waiting=3)
    monkeypatch.undo()


def test_lanes_share_what_is_due_and_leave_nothing(cast: Cast):
    TrainingRecordFactory.create_batch(7, member=cast.member)
    assert sorted(issue_due(lane=Lane(number, 3)).issued for number in range(3)) == [2, 2, 3]
    assert issue_due().issued == 0


def test_what_a_killed_worker_wrote_goes_with_the_next_file(cast: Cast, missed: list[TrainingRecord], private_files):
    certificate = CertificateFactory(record=missed[0])
    for _ in range(2):
        store(certificate, pdf(3))
    assert len(pdfs_in(private_files)) == 2
    issue_certificate(record_id=missed[0].pk)
    certificate.refresh_from_db()
    assert pdfs_in(private_files) == [private_files / certificate.file]
    assert certificate.file.endswith("-2.pdf")


def by_run(run: Run) -> None:
    work_on_run(run_id=run.pk)


def by_task(run: Run) -> None:
    for record in run.items:
        issue_certificate(record_id=record)


@pytest.mark.parametrize("go_on", [by_run, by_task])
def test_what_is_left_when_the_tidying_was_killed_goes_with_the_next_turn(
    run: Run, private_files: Path, monkeypatch: pytest.MonkeyPatch, go_on: Callable[[Run], None]
):
    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    for part in ("_keep", "discard"):  # the first life ends before its files are taken, the second one just after
        with monkeypatch.context() as life:
            life.setattr(services, part, die)
            with pytest.raises(KeyboardInterrupt):
                work_on_run(run_id=run.pk)
    certificates = Certificate.objects.order_by("pk")
    assert all(certificate.is_filed for certificate in certificates)
    assert len(pdfs_in(private_files)) == 2 * len(run.items)

    go_on(run)
    assert {str(path.relative_to(private_files)) for path in pdfs_in(private_files)} == {
        certificate.file for certificate in certificates
    }


def test_what_once_was_its_file_stays(cast: Cast, missed: list[TrainingRecord], private_files):
    first = issue_certificate(record_id=missed[0].pk)
    Certificate.objects.update(file="", sha256="", seal_digest="")
    second = issue_certificate(record_id=missed[0].pk)
    assert {first.file, second.file} == {str(path.relative_to(private_files)) for path in pdfs_in(private_files)}


def fail(*_args: object) -> None:
    raise ValueError("a file like no other")


def test_what_cannot_be_made_ends_after_five_tries_and_is_ordered_anew(
    cast: Cast,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
):
    work_on_run(run_id=run.pk)
    keys = list(certificates_of(run).values_list("pk", flat=True))
    printed, client = start_print_run(certificates=keys, by=cast.district_officer), browser_of(cast.district_officer)
    with monkeypatch.context() as patched:
        patched.setattr(print_files, "_merge", fail)
        for _ in range(MOST_TRIES):
            with pytest.raises(ValueError, match="like no other"):
                work_on_run(run_id=printed.pk)
            assert not Run.objects.get(pk=printed.pk).is_finished
        assert finish_runs(now=timezone.now() + timedelta(minutes=2)) == (0, 0)
    html = client.get(address_of(printed)).content.decode()
    assert "Berkas gagal dibuat" in html
    assert "Gagal · " in client.get(LIST).content.decode()
    assert client.get(address_of(printed, "run_file"))["Location"] == address_of(printed)
    assert finish_runs(now=timezone.now() + timedelta(minutes=2)) == (0, 0)  # nothing is left to try

    anew = client.post(address_of(printed, "again"))["Location"]
    assert anew != address_of(printed)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{anew}lanjut/")
    assert "Berkas siap" in client.get(anew).content.decode()
    assert Run.objects.order_by("pk").last().items == keys


def test_issuing_that_ends_each_worker_is_given_up_and_ordered_anew(
    cast: Cast, run: Run, monkeypatch: pytest.MonkeyPatch
):
    client = browser_of(cast.district_officer)
    assert client.post(address_of(run, "again"))["Location"] == address_of(run)  # not before it has failed
    with monkeypatch.context() as patched:
        patched.setattr(batches, "issue_records", fail)
        patched.setattr(batches, "ISSUE_TRIES", 7)
        assert most_tries(run) == 7
        for _ in range(7):
            with pytest.raises(ValueError, match="like no other"):
                work_on_run(run_id=run.pk)
        assert work_on_run(run_id=run.pk).has_failed
    assert "Penerbitan gagal diselesaikan" in client.get(address_of(run)).content.decode()
    issue_certificate(record_id=run.items[0])
    client.post(address_of(run, "again"))
    assert Run.objects.order_by("pk").last().items == run.items[1:]
    issue_due()
    Run.objects.exclude(pk=run.pk).delete()
    assert client.post(address_of(run, "again"))["Location"] == address_of(run)  # nothing is left to do
    assert Run.objects.count() == 1


def test_a_run_that_gets_further_is_not_given_up(cast: Cast, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches, "BATCH", 1)
    Run.objects.update(tries=MOST_TRIES - 1)
    assert work_on_run(run_id=run.pk, seconds=0).tries == 0


def test_a_worker_behind_the_verdict_takes_it_back(cast: Cast, run: Run):
    Run.objects.update(has_failed=True, finished_at=timezone.now())
    taken = batches._note(run, 0, 1)
    assert (taken.has_failed, taken.is_finished, taken.done) == (False, False, 1)
    assert batches._note(run, 0, 3).is_finished


def test_only_a_finished_run_without_a_file_has_failed(run: Run):
    with pytest.raises(IntegrityError, match="run_failed_is_finished_without_file"), transaction.atomic():
        Run.objects.update(has_failed=True)
    with pytest.raises(IntegrityError, match="run_failed_is_finished_without_file"):
        Run.objects.update(has_failed=True, finished_at=timezone.now(), file="x.pdf")


@pytest.mark.parametrize("count", [1, 6])
def test_pages_ask_the_database_the_same_however_much_there_is(cast: Cast, count: int, django_assert_max_num_queries):
    records = TrainingRecordFactory.create_batch(count, member=cast.member)
    client = browser_of(cast.district_officer)
    for at in range(3):
        run = start_issue_run(
            records=[record.pk for record in records][at:] or [records[0].pk], by=cast.district_officer
        )
    with django_assert_max_num_queries(16):
        client.get(LIST)
    with django_assert_max_num_queries(6):
        client.get(address_of(run))
    work_on_run(run_id=run.pk)
    with django_assert_max_num_queries(8):
        client.get(address_of(run))
