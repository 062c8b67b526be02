"""What the database itself refuses about evidence."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from tests.factories import EvidenceFactory, TrainingRecordFactory, UserFactory
from training.models import Evidence

pytestmark = pytest.mark.usefixtures("regions")
THEN = datetime(2026, 11, 21, 3, tzinfo=UTC)


def breaks(constraint: str):
    """Expect this constraint, by its name where the database tells it."""
    return pytest.raises(IntegrityError, match=f"{constraint}|UNIQUE constraint failed: index '{constraint}'")


def write(evidence: Evidence, **values: object) -> None:
    with transaction.atomic():
        Evidence.objects.filter(pk=evidence.pk).update(**values)


@pytest.mark.parametrize(
    ("traits", "values", "constraint"),
    [
        ({"refused": True}, {"status": "lost"}, "evidence_status_known|evidence_refused_has_reason"),
        ({}, {"field": "memasak"}, "evidence_field_known"),
        ({}, {"title": ""}, "evidence_says_what_and_who"),
        ({}, {"organiser": ""}, "evidence_says_what_and_who"),
        ({}, {"lesson_hours": 0}, "evidence_hours_possible"),
        ({}, {"lesson_hours": Decimal("99.6")}, "evidence_hours_possible"),
        ({}, {"completed_on": date(1999, 12, 31)}, "evidence_not_before_2000"),
        ({}, {"decided_at": THEN}, "evidence_decided_has_decider"),
        ({"refused": True}, {"decided_by": None}, "evidence_decided_has_decider"),
        ({"refused": True}, {"decided_at": None}, "evidence_decided_has_decider"),
        ({"refused": True}, {"refusal_reason": ""}, "evidence_refused_has_reason"),
        ({}, {"refusal_reason": "x"}, "evidence_refused_has_reason"),
        ({}, {"upload_digest": ""}, "evidence_file_has_digest"),
        ({"imported": True}, {"upload_digest": "a"}, "evidence_file_has_digest"),
        ({"imported": True}, {"spreadsheet": ""}, "evidence_has_file_or_spreadsheet"),
        ({}, {"is_taken_back": True}, "evidence_taken_back_was_approved"),
    ],
)
def test_evidence_that_cannot_be(traits, values, constraint):
    evidence = EvidenceFactory(**traits)
    with breaks(constraint):
        write(evidence, **values)


def test_what_is_approved_has_its_row_of_the_ledger_and_nothing_else_has_one():
    evidence, by = EvidenceFactory(), UserFactory()
    record = TrainingRecordFactory(member=evidence.member)
    with breaks("evidence_approved_has_record"):
        write(evidence, status="approved", decided_by=by, decided_at=THEN)
    with breaks("evidence_approved_has_record"):
        write(evidence, record=record)
    write(evidence, status="approved", decided_by=by, decided_at=THEN, record=record)


def test_one_row_of_the_ledger_serves_one():
    record, by = TrainingRecordFactory(), UserFactory()
    first, second = EvidenceFactory(member=record.member), EvidenceFactory(member=record.member)
    write(first, status="approved", decided_by=by, decided_at=THEN, record=record)
    with pytest.raises(IntegrityError):
        write(second, status="approved", decided_by=by, decided_at=THEN, record=record)


def test_the_same_training_of_a_member_once_unless_refused():
    first = EvidenceFactory(title="Dapur Umum")
    same = {"member": first.member, "title": "DAPUR umum"}
    with breaks("evidence_training_once"), transaction.atomic():
        EvidenceFactory(**same)
    EvidenceFactory(**same, refused=True)
    EvidenceFactory(**same, completed_on=date(2026, 8, 18))
    EvidenceFactory(title="Dapur Umum")


def test_evidence_holds_its_row_of_the_ledger_and_its_member():
    with pytest.raises(ProtectedError):
        EvidenceFactory().member.delete()
