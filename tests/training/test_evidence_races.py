"""Two officers at once, with real threads and real transactions, on either database."""

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from notifications.models import Notice
from regions.models import Region
from regions.timezones import local_date
from tests.cast import make_cast
from tests.factories import EvidenceFactory
from tests.files import picture
from tests.races import at_once, refused_while_waiting
from tests.training.conftest import details, open_halves
from tests.training.test_evidence_import import JUAI, row
from training.evidence_errors import EvidenceDecided
from training.evidence_import import import_evidence
from training.evidence_services import approve_evidence, refuse_evidence, submit_evidence
from training.membership import move_member
from training.models import Evidence, Standing, TrainingRecord
from training.signals import training_recorded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("private_folder", "books_in_order")]


@pytest.fixture
def cast(transactional_db, monkeypatch):
    monkeypatch.setattr(training_recorded, "receivers", [])  # nobody draws certificates meanwhile
    people = make_cast()
    open_halves()
    return people


def test_two_approvals_at_once_write_one_row_of_the_ledger(cast):
    evidence = EvidenceFactory(member=cast.member)
    heard: list[int] = []

    def listen(record_id: int, **_: object) -> None:
        heard.append(record_id)

    training_recorded.connect(listen)
    results = at_once(
        *(
            lambda by=by: approve_evidence(evidence=evidence, by=by)
            for by in (cast.village_officer, cast.district_officer) * 2
        )
    )
    assert {type(result) for result in results} == {Evidence}
    assert TrainingRecord.objects.count() == len(heard) == 1
    assert Standing.objects.get(member=cast.member, period__half=2).counted == 1
    assert Notice.objects.filter(user=cast.member.user).count() == 1


def test_of_approving_and_refusing_one_wins(cast):
    for _ in range(3):
        evidence = EvidenceFactory(member=cast.member)
        results = at_once(
            lambda evidence=evidence: approve_evidence(evidence=evidence, by=cast.village_officer),
            lambda evidence=evidence: refuse_evidence(evidence=evidence, by=cast.district_officer, reason="Gelap."),
            refusals=EvidenceDecided,
        )
        evidence.refresh_from_db()
        winner = next(result for result in results if isinstance(result, Evidence))
        assert [type(result) for result in results if result is not winner] == [EvidenceDecided]
        assert evidence.status == winner.status
        assert TrainingRecord.objects.filter(source=evidence.source).exists() == (winner.status == "approved")


def test_nobody_moves_a_member_while_a_table_enters_their_training(cast):
    """Whoever moves them next hands over what waits. PostgreSQL is asked: on SQLite one writer waits for any other."""
    today = local_date(timezone.now(), cast.member.village_id)
    facts = {"village": Region.objects.get(pk="63.11.01.2002"), "by": cast.district_officer, "reason": "Pindah"}
    rows = [row(number=cast.member.number)]
    with transaction.atomic():
        import_evidence(rows=rows, by=cast.regency_officer, scope=JUAI, spreadsheet="data.xlsx")
        assert Evidence.objects.filter(member=cast.member).exists()
        assert refused_while_waiting(partial(move_member, member=cast.member, on=today, **facts))


def test_the_same_form_twice_at_once_is_one_entry_and_one_file(cast, private_folder):
    send = lambda: submit_evidence(  # noqa: E731
        member=cast.member, by=cast.member.user, details=details(), upload=picture()
    )
    results = at_once(send, send)
    assert len({result.pk for result in results}) == 1
    assert len([file for file in private_folder.rglob("*") if file.is_file()]) == 1
