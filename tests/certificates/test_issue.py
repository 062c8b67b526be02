"""Issuing: one number, one snapshot, one file, one notice for each training, whatever happens in between."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from certificates import services
from certificates.lanes import IssueResult
from certificates.models import Certificate, NumberSequence, Predicate, Signatory
from certificates.services import issue_certificate, issue_due
from certificates.verdicts import facts
from notifications.models import Notice
from regions.models import Region
from tests.cast import Cast
from tests.certificates.helpers import Issued, pdfs_in
from tests.certificates.seal_files import official
from tests.factories import MemberFactory, TrainingRecordFactory
from tests.files import pdf
from training.models import TrainingRecord
from training.services import record_training, reverse_training
from training.signals import training_recorded

MOMENT = datetime(2026, 8, 17, 3, 0, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets what time the room believes it is."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(services.timezone, "now", lambda: moment)

    at(MOMENT)
    return at


def test_issues_number_snapshot_file_and_notice(cast: Cast, predicates: None, clock: Any, private_files: Path):
    record = TrainingRecordFactory(member=cast.member, completed_on=date(2026, 8, 16))

    certificate = issue_certificate(record_id=record.pk)

    assert certificate.number == "0001/SERT/63.11/VIII/2026"
    assert certificate.issued_on == date(2026, 8, 17)
    assert len(certificate.token) == 22
    assert certificate.snapshot == {
        "number": "0001/SERT/63.11/VIII/2026",
        "name": "Ahmad Riduan",
        "member_number": cast.member.number,
        "village": "Desa Muara Ninian, Kecamatan Juai, Kabupaten Balangan, Provinsi Kalimantan Selatan",
        "title": "Dasar Hukum, Tugas & Etika Satlinmas",
        "lesson_hours": "4",
        "score": "90",
        "predicate": "Sangat Memuaskan",
        "organiser": "Satpol PP Kabupaten Balangan",
        "completed_on": "2026-08-16",
        "venue": "Akademi Linmas (daring)",
        "issuer": "Kabupaten Balangan",
        "issued_on": "2026-08-17",
        "place": "Balangan",
        "signatory_position": "Penyelenggara Pelatihan Satlinmas Kabupaten Balangan",
        "signatory_name": "",
        "signatory_rank": "",
        "signatory_nip": "",
        "syllabus": [
            {"title": "Dari Hansip ke Linmas", "lesson_hours": "1"},
            {"title": "Etika", "lesson_hours": "3"},
        ],
    }
    assert (private_files / certificate.file).read_bytes().startswith(b"%PDF-")
    notice = Notice.objects.get(user=cast.member.user)
    assert (notice.title, notice.path) == ("Sertifikat terbit", "/sertifikat/")
    assert record.title in notice.body


def test_a_second_call_changes_nothing(issued: Issued):
    before = Certificate.objects.values().get()
    content = issued.file.read_bytes()

    again = issue_certificate(record_id=issued.certificate.record_id)

    assert again == issued.certificate
    assert Certificate.objects.values().get() == before
    assert pdfs_in(issued.files) == [issued.file]
    assert issued.file.read_bytes() == content
    assert Notice.objects.count() == 1


def test_numbers_run_on_within_issuer_and_year(cast: Cast, clock: Any):
    tabalong = MemberFactory(village_id="63.09.01.2001")
    members = [cast.member, cast.neighbour_member, tabalong]
    numbers = [issue_certificate(record_id=TrainingRecordFactory(member=m).pk).number for m in members]
    clock(datetime(2027, 1, 1, 3, 0, tzinfo=UTC))
    numbers.append(issue_certificate(record_id=TrainingRecordFactory(member=cast.member).pk).number)

    assert numbers == [
        "0001/SERT/63.11/VIII/2026",
        "0002/SERT/63.11/VIII/2026",
        "0001/SERT/63.09/VIII/2026",
        "0001/SERT/63.11/I/2027",
    ]


def test_the_day_of_issue_is_the_villages_own(cast: Cast, clock: Any):
    clock(datetime(2026, 12, 31, 16, 30, tzinfo=UTC))  # 00.30 WITA on New Year's Day
    certificate = issue_certificate(record_id=TrainingRecordFactory(member=cast.member).pk)
    assert certificate.number == "0001/SERT/63.11/I/2027"


def test_the_issuer_is_that_of_the_training_even_after_a_move(cast: Cast):
    record = TrainingRecordFactory(member=cast.member)
    cast.member.village_id = "63.09.01.2001"
    cast.member.save()
    assert issue_certificate(record_id=record.pk).issuer_id == "63.11"


@pytest.mark.parametrize("holder", ["63.11", "63", "00"])
def test_the_nearest_signatory_upwards_signs(cast: Cast, holder: str):
    chain = ["63.11", "63", "00"]
    for code in chain[chain.index(holder) :]:
        Signatory.objects.create(region_id=code, position=f"Kepala {code}", name="Budi", rank="IV/a", nip="1" * 18)
    Signatory.objects.create(region_id="63.09", position="Tetangga")

    snapshot = issue_certificate(record_id=TrainingRecordFactory(member=cast.member).pk).snapshot

    assert snapshot["signatory_position"] == f"Kepala {holder}"
    assert [snapshot[f"signatory_{part}"] for part in ("name", "rank", "nip")] == ["Budi", "IV/a", "1" * 18]


def test_the_signatorys_place_is_printed(cast: Cast):
    Signatory.objects.create(region_id="63.11", position="Kepala", place="Paringin")
    snapshot = issue_certificate(record_id=TrainingRecordFactory(member=cast.member).pk).snapshot
    assert snapshot["place"] == "Paringin"


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (100, "Sangat Memuaskan"),
        (90, "Sangat Memuaskan"),
        ("89.99", "Memuaskan"),
        (80, "Memuaskan"),
        (70, "Baik"),
        ("69.99", "Cukup"),
        (0, "Cukup"),
        (None, ""),
    ],
)
def test_the_predicate_follows_the_score(cast: Cast, predicates: None, score: Any, word: str):
    snapshot = issue_certificate(record_id=TrainingRecordFactory(member=cast.member, score=score).pk).snapshot
    assert snapshot["predicate"] == word


def test_an_operator_may_name_other_predicates(cast: Cast):
    Predicate.objects.all().delete()
    Predicate.objects.create(minimum=60, label="Lulus")
    records = [TrainingRecordFactory(member=cast.member, score=score) for score in (60, 59)]
    assert [issue_certificate(record_id=r.pk).snapshot["predicate"] for r in records] == ["Lulus", ""]


def test_a_classroom_training_names_the_regency_as_its_place(cast: Cast):
    record = TrainingRecordFactory(member=cast.member, kind=TrainingRecord.Kind.CLASSROOM, organiser="")
    snapshot = issue_certificate(record_id=record.pk).snapshot
    assert (snapshot["venue"], snapshot["organiser"]) == ("Kabupaten Balangan", "Kabupaten Balangan")


def test_a_training_held_by_others_is_recognised_and_not_claimed(cast: Cast):
    record = TrainingRecordFactory(
        member=cast.member, kind=TrainingRecord.Kind.EXTERNAL, organiser="BPBD Balangan", score=None, syllabus=[]
    )
    certificate = issue_certificate(record_id=record.pk)
    snapshot = certificate.snapshot
    assert (snapshot["venue"], snapshot["organiser"], snapshot["predicate"]) == ("", "BPBD Balangan", "")
    assert "di luar Akademi Linmas dan diakui berdasarkan bukti" in snapshot["basis"]
    assert dict(facts(certificate))["Dasar"] == snapshot["basis"]


def test_a_member_without_account_gets_a_certificate_and_no_notice(cast: Cast):
    record = TrainingRecordFactory(member=MemberFactory(user=None))
    assert issue_certificate(record_id=record.pk).is_filed
    assert not Notice.objects.exists()


def test_a_training_that_does_not_exist_is_refused(cast: Cast):
    with pytest.raises(TrainingRecord.DoesNotExist):
        issue_certificate(record_id=99)
    assert not NumberSequence.objects.exists()


def test_a_crash_while_printing_keeps_the_number_and_is_finished_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, private_files: Path
):
    record = TrainingRecordFactory(member=cast.member)

    def crash(certificate: Certificate) -> bytes:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(services, "certificate_pdf", crash)
        with pytest.raises(MemoryError):
            issue_certificate(record_id=record.pk)

    waiting = Certificate.objects.get()
    assert (waiting.sequence, waiting.file) == (1, "")
    assert not Notice.objects.exists()

    assert issue_due() == IssueResult(issued=1, failed=0)
    waiting.refresh_from_db()
    assert waiting.is_filed
    assert pdfs_in(private_files) == [private_files / waiting.file]
    assert Notice.objects.count() == 1
    assert issue_due() == IssueResult(issued=0, failed=0)


def test_a_crash_while_recording_the_file_leaves_one_file_in_the_end(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, private_files: Path
):
    record = TrainingRecordFactory(member=cast.member)

    def crash(*_: object) -> None:
        raise OSError("database gone")

    with monkeypatch.context() as patched:
        patched.setattr(services, "tell", crash)
        with pytest.raises(OSError, match="database gone"):
            issue_certificate(record_id=record.pk)

    assert not Certificate.objects.get().is_filed
    certificate = issue_certificate(record_id=record.pk)
    assert pdfs_in(private_files) == [private_files / certificate.file]


def test_due_issues_what_the_signal_missed_up_to_the_limit(cast: Cast, private_files: Path):
    TrainingRecordFactory.create_batch(5, member=cast.member)

    assert issue_due(limit=0).issued == 0
    assert issue_due(limit=2).issued == 2
    assert issue_due().issued == 3
    assert list(Certificate.objects.order_by("record_id").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]
    assert len(pdfs_in(private_files)) == 5


def test_due_goes_on_past_one_that_cannot_be_printed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    bad, good = TrainingRecordFactory.create_batch(2, member=cast.member)
    real = services.certificate_pdf

    def picky(certificate: Certificate) -> bytes:
        if certificate.record_id == bad.pk:
            raise ValueError(certificate.snapshot["name"])
        return real(certificate)

    monkeypatch.setattr(services, "certificate_pdf", picky)
    assert issue_due() == IssueResult(issued=1, failed=1)
    assert Certificate.objects.get(record=good).is_filed
    assert "ValueError" in caplog.text
    assert cast.member.name not in caplog.text
    assert issue_due(limit=1) == IssueResult(issued=0, failed=1)


def test_a_bad_syllabus_stops_no_other_and_takes_no_number(
    cast: Cast, predicates: None, caplog: pytest.LogCaptureFixture
):
    first = TrainingRecordFactory(member=cast.member)
    bad = TrainingRecordFactory(member=cast.member, syllabus=[{"lesson_hours": "empat"}])
    last = TrainingRecordFactory(member=cast.member)
    assert issue_due() == IssueResult(issued=2, failed=1)
    numbers = dict(Certificate.objects.values_list("record", "sequence"))
    assert numbers == {first.pk: 1, last.pk: 2}
    assert f"certificate of training {bad.pk} not written: KeyError" in caplog.text
    with pytest.raises(KeyError):
        issue_certificate(record_id=bad.pk)
    assert issue_due() == IssueResult(issued=0, failed=1)
    assert not Certificate.objects.filter(record=bad).exists()


def test_due_ends_when_nothing_can_be_sealed_and_lays_out_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    def in_vain(certificate: Certificate) -> bytes:
        raise AssertionError("laid out in vain")

    monkeypatch.setattr(services, "BATCH", 2)
    TrainingRecordFactory.create_batch(7, member=cast.member)
    with monkeypatch.context() as patched:
        patched.setattr(services, "certificate_pdf", in_vain)
        settings.SEAL_FILE, settings.SEAL_PASSWORD = str(tmp_path / "cap.p12"), "rahasia"
        for fault, waiting in [("SealMisconfigured", 4), ("SealExpired", 4)]:
            assert issue_due() == IssueResult(issued=0, failed=3)
            assert Certificate.objects.unfiled().count() == waiting
            assert caplog.text.count(f"not printed: {fault}") == 3
            (tmp_path / "cap.p12").write_bytes(official(days=-1))
    settings.SEAL_FILE = settings.SEAL_PASSWORD = ""
    assert issue_due() == IssueResult(issued=7, failed=0)


@pytest.mark.parametrize(("bad", "issued", "failed"), [({1, 2, 4, 5}, 3, 4), ({2, 3, 4}, 1, 3)])
def test_due_ends_after_three_failed_seals_in_a_row(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, bad: set[int], issued: int, failed: int
):
    paper, calls = pdf(2), []
    real = services.seal

    def picky(content: bytes) -> bytes:
        calls.append(content)
        if len(calls) in bad:
            raise OSError("no answer")
        return real(content)

    monkeypatch.setattr(services, "certificate_pdf", lambda certificate: paper)
    monkeypatch.setattr(services, "seal", picky)
    TrainingRecordFactory.create_batch(7, member=cast.member)
    assert issue_due() == IssueResult(issued=issued, failed=failed)


def test_due_works_in_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "BATCH", 2)
    TrainingRecordFactory.create_batch(5, member=cast.member)
    assert issue_due().issued == 5


def test_a_batch_asks_the_database_the_same_however_long_it_is(cast: Cast, monkeypatch: pytest.MonkeyPatch, count_sql):
    paper = pdf(2)
    monkeypatch.setattr(services, "certificate_pdf", lambda certificate: paper)
    counts = []
    for size in (2, 12):
        # Without accounts: a notice is one call of notifications.services each.
        TrainingRecordFactory.create_batch(size, member=MemberFactory(user=None))
        with count_sql() as sql:
            assert issue_due().issued == size
        counts.append(len(sql))
    first, second = counts
    assert second == first - 1  # the first one also opened the year's sequence
    assert first <= 26


def test_the_signal_orders_the_certificate(cast: Cast, django_capture_on_commit_callbacks):
    record = TrainingRecordFactory(member=cast.member)
    with django_capture_on_commit_callbacks(execute=True):
        training_recorded.send(sender=None, record_id=record.pk)
    assert Certificate.objects.get(record=record).is_filed


def test_a_training_that_enters_the_ledger_gets_its_certificate(cast: Cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        record = record_training(
            member=cast.member,
            source="uji:1",
            kind="online",
            title="Dasar",
            lesson_hours=4,
            completed_at=timezone.now(),
        )
    certificate = Certificate.objects.get(record=record)
    assert certificate.is_filed
    assert Notice.objects.filter(user=cast.member.user, key=f"certificate:{certificate.pk}:issued").count() == 1


def test_outlives_the_name_the_place_and_the_policy(issued: Issued):
    content = issued.file.read_bytes()
    snapshot = issued.certificate.snapshot
    issued.cast.member.name = "Nama Baru"
    issued.cast.member.save()
    Region.objects.filter(pk="63.11.01.2001").update(name="Ganti")
    Predicate.objects.all().delete()
    Signatory.objects.create(region_id="63.11", position="Pejabat Baru")

    issue_certificate(record_id=issued.certificate.record_id)
    issue_due()

    issued.certificate.refresh_from_db()
    assert issued.certificate.snapshot == snapshot
    assert issued.file.read_bytes() == content


def test_the_command_prints_count_and_seconds(cast: Cast, capsys: pytest.CaptureFixture[str]):
    TrainingRecordFactory.create_batch(3, member=cast.member)
    call_command("issue_certificates", "--limit", "2")
    assert capsys.readouterr().out.startswith("2 certificates issued in ")


def test_the_command_fails_when_one_could_not_be_made(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    TrainingRecordFactory(member=cast.member)

    def crash(certificate: Certificate) -> bytes:
        raise ValueError

    monkeypatch.setattr(services, "certificate_pdf", crash)
    with pytest.raises(CommandError):
        call_command("issue_certificates")


def test_one_taken_back_while_it_is_issued_takes_no_number(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    record = TrainingRecordFactory(member=cast.member)
    open_sequences = services.open_sequences

    def somebody_takes_it_back(keys: Any) -> None:
        reverse_training(record=record, reason="Salah orang", by=cast.village_officer)
        open_sequences(keys)

    monkeypatch.setattr(services, "open_sequences", somebody_takes_it_back)

    assert issue_certificate(record_id=record.pk) is None

    assert not Certificate.objects.exists()
    assert NumberSequence.objects.get().last == 0
