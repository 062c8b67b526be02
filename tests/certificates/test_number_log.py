"""The log of numbers: written with each number and each file, never changed, and a witness against what is planted."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from certificates.models import Certificate, NumberEntry, NumberSequence, SignedFile
from certificates.number_audit import number_faults
from certificates.numbering import log_filed
from certificates.reissue import reissue_certificate
from certificates.services import issue_due
from tests.cast import Cast
from tests.factories import TrainingRecordFactory
from training.errors import LedgerIsAppendOnly

RESERVED, FILED = NumberEntry.Event.RESERVED, NumberEntry.Event.FILED


@pytest.fixture
def four(cast: Cast) -> list[Certificate]:
    """Four certificates of one issuer."""
    TrainingRecordFactory.create_batch(4, member=cast.member)
    issue_due()
    return list(Certificate.objects.order_by("sequence"))


def unguard() -> None:
    """What the database refuses, let be done by somebody who owns it; with the test this is over."""
    connection.check_constraints()  # PostgreSQL first wants to know that all keys are right
    on_table = " ON certificates_numberentry" if connection.vendor == "postgresql" else ""
    execute(f"DROP TRIGGER number_entry_guard{on_table}")


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_tells_for_whom_a_number_was_taken_when_and_what_it_became(four: list[Certificate]):
    first = four[0]
    reserved, filed = NumberEntry.objects.filter(number=first.number)
    assert (reserved.event, reserved.record, reserved.at, reserved.sha256) == (
        RESERVED,
        first.record,
        first.issued_at,
        "",
    )
    assert (filed.event, filed.record, filed.sha256) == (FILED, first.record, first.sha256)
    assert filed.at >= reserved.at
    assert NumberEntry.objects.count() == 8
    assert list(number_faults()) == []


def test_a_reissue_reserves_too_and_is_filed_later(four: list[Certificate]):
    new = reissue_certificate(certificate=four[0], by=None, reason="Nama diperbaiki")
    assert [entry.event for entry in NumberEntry.objects.filter(number=new.number)] == [RESERVED]
    assert list(number_faults()) == []
    issue_due()
    assert [entry.event for entry in NumberEntry.objects.filter(number=new.number)] == [RESERVED, FILED]
    assert list(number_faults()) == []


def test_a_number_that_was_rolled_back_leaves_neither_line_nor_gap(four: list[Certificate], cast: Cast):
    with transaction.atomic():
        reissue_certificate(certificate=four[0], by=None, reason="Nama diperbaiki")
        transaction.set_rollback(True)
    assert NumberEntry.objects.filter(sequence=5).count() == 0
    assert reissue_certificate(certificate=four[0], by=None, reason="Nama diperbaiki").sequence == 5
    assert list(number_faults()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: NumberEntry.objects.update(number="1"),
        lambda entry: NumberEntry.objects.all().delete(),
    ],
)
def test_the_code_changes_no_line(four: list[Certificate], change: Callable[[NumberEntry], object]):
    with pytest.raises(LedgerIsAppendOnly):
        change(NumberEntry.objects.all()[0])


def test_nor_does_the_database(four: list[Certificate]):
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        execute("UPDATE certificates_numberentry SET sequence = 9")


def test_a_number_is_reserved_once(four: list[Certificate]):
    entry = NumberEntry.objects.filter(event=RESERVED)[0]
    entry.pk, entry._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
    entry.sequence = 99
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (
            "DELETE FROM certificates_numberentry WHERE sequence = 3",
            ["the log lacks 3", "has not reserved", "its file is not"],
        ),
        ("DELETE FROM certificates_numberentry WHERE sequence = 2 AND event = 'filed'", ["its file is not"]),
        (
            "UPDATE certificates_numberentry SET number = '0009/X' WHERE sequence = 2 AND event = 'reserved'",
            ["has not reserved", "0009/X reserved"],
        ),
        (
            "UPDATE certificates_numberentry SET record_id = {other} WHERE sequence = 2 AND event = 'reserved'",
            ["has not reserved", "no certificate says so"],
        ),
        (
            "UPDATE certificates_numberentry SET at = '2020-01-01' WHERE sequence = 2 AND event = 'reserved'",
            ["has not reserved"],
        ),
        (
            "UPDATE certificates_numberentry SET sha256 = 'a' WHERE sequence = 2 AND event = 'filed'",
            ["its file is not", "filed for training"],
        ),
        (
            "UPDATE certificates_certificate SET sha256 = 'a' WHERE sequence = 4",
            ["its file is not", "filed for training"],
        ),
        ("UPDATE certificates_certificate SET sha256 = '', file = '' WHERE sequence = 4", ["filed for training"]),
        ("DELETE FROM certificates_certificate WHERE sequence = 4", ["reserved for training", "filed for training"]),
        ("UPDATE certificates_numbersequence SET last = 6", ["the counter says 6, the log lacks 5, 6"]),
        ("UPDATE certificates_numbersequence SET last = 2", ["the counter says 2, the log goes to 4"]),
        ("DELETE FROM certificates_numbersequence", ["the counter says 0, the log goes to 4"]),
        (
            "DELETE FROM certificates_numberentry WHERE sequence = 4; "
            "DELETE FROM certificates_certificate WHERE sequence = 4",
            ["the counter says 4, the log lacks 4"],
        ),
    ],
)
def test_planted_damage_is_found(four: list[Certificate], damage: str, found: list[str]):
    unguard()
    for statement in damage.format(other=four[2].record_id).split("; "):
        execute(statement)
    faults = list(number_faults())
    assert len(faults) == len(found)
    for fault, words in zip(faults, found, strict=True):
        assert words in fault


def test_a_second_file_of_a_number_is_found(four: list[Certificate]):
    Certificate.objects.filter(pk=four[0].pk).update(file="", sha256="", seal_digest="")
    assert issue_due().issued == 1
    (fault,) = number_faults()
    assert f"{four[0].number} filed" in fault


def test_a_signed_file_in_its_place_is_none_and_has_its_line(four: list[Certificate]):
    first, now = four[0], timezone.now()
    was = {"earlier_file": first.file, "earlier_sha256": first.sha256, "signed_at": now, "is_trusted": True}
    SignedFile.objects.create(certificate=first, version=1, file="a.pdf", sha256="b" * 64, signer="Kepala", **was)
    first.file, first.sha256 = "a.pdf", "b" * 64
    first.save()
    log_filed([first], at=now)
    assert list(number_faults()) == []
    SignedFile.objects.all().delete()
    assert len(list(number_faults())) == 1


def test_reconcile_tells_of_it_and_mends_nothing(four: list[Certificate], capsys: pytest.CaptureFixture[str]):
    NumberSequence.objects.update(last=7)
    for arguments in ([], ["--fix"]):
        with pytest.raises(SystemExit, match="1"):
            call_command("reconcile", *arguments)
        assert "the counter says 7, the log lacks 5, 6, 7" in capsys.readouterr().out
    assert NumberSequence.objects.get().last == 7


def test_the_proof_costs_the_same_however_many(four: list[Certificate], cast: Cast, django_assert_num_queries):
    with django_assert_num_queries(6):
        assert list(number_faults()) == []
    TrainingRecordFactory.create_batch(6, member=cast.member)
    issue_due()
    with django_assert_num_queries(6):
        assert list(number_faults()) == []
