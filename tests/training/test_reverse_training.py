"""A mistake in the ledger is answered by a reversal; nothing is erased."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from certificates.models import Certificate
from certificates.revoking import revoke_reversed
from certificates.services import issue_certificate, issue_due
from tests.cast import Cast
from tests.factories import PeriodFactory
from training.errors import AlreadyReversed, LedgerIsAppendOnly, OwnMatter, ReasonMissing
from training.models import Extension, Policy, PolicyCourse, Reversal, Standing, TrainingRecord, VillageTally
from training.reconciliation import reconcile
from training.services import open_period, record_training, reverse_training
from training.standing import describe

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
VILLAGE = "63.11.01.2001"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)


def record(cast: Cast, source: str = "course:1:a", at: datetime = NOW, **facts: object) -> TrainingRecord:
    values = {"kind": "online", "title": "Dasar", "lesson_hours": 4, **facts}
    return record_training(member=cast.member, source=source, completed_at=at, **values)  # type: ignore[arg-type]


def met(half: int = 2) -> bool:
    return Standing.objects.get(member__name="Ahmad Riduan", period__year=2026, period__half=half).is_met


def test_neither_counts_and_both_stay(cast: Cast):
    open_period(period=PeriodFactory(), now=NOW)
    row = record(cast)
    assert met()
    reversal = reverse_training(record=row, reason=" Salah orang ", by=cast.district_officer)
    assert not met()
    assert VillageTally.objects.get(village=VILLAGE).met == 0
    assert (TrainingRecord.objects.count(), reversal.reason) == (1, "Salah orang")
    assert not TrainingRecord.objects.standing().exists()
    assert reconcile(now=NOW).differences == []


def test_its_certificate_is_revoked_and_none_is_issued_later(cast: Cast, django_capture_on_commit_callbacks):
    row = record(cast)
    certificate = issue_certificate(record_id=row.pk)
    with django_capture_on_commit_callbacks(execute=True):
        reverse_training(record=row, reason="Nama Budi keliru", by=cast.district_officer)
    certificate = Certificate.objects.get()
    assert (certificate.status, certificate.changed_by) == ("revoked", cast.district_officer)
    assert "Budi" not in certificate.reason  # the reason stands on a public page
    assert revoke_reversed() == 0

    other = record(cast, "course:2:a")
    reverse_training(record=other, reason="Ganda", by=cast.district_officer)
    assert issue_certificate(record_id=other.pk) is None
    assert issue_due().issued == 0
    assert Certificate.objects.count() == 1


def test_a_lost_signal_is_repaired(cast: Cast):
    row = record(cast)
    issue_certificate(record_id=row.pk)
    reverse_training(record=row, reason="Ganda", by=cast.district_officer)
    assert revoke_reversed() == 1


def test_once_only_and_with_a_reason(cast: Cast):
    row = record(cast)
    with pytest.raises(ReasonMissing):
        reverse_training(record=row, reason=" ", by=cast.admin)
    reverse_training(record=row, reason="Ganda", by=cast.admin)
    with pytest.raises(AlreadyReversed):
        reverse_training(record=row, reason="Lagi", by=cast.admin)
    assert Reversal.objects.get().reason == "Ganda"


def test_nobody_takes_back_their_own(cast: Cast):
    row = record(cast)
    with pytest.raises(OwnMatter):
        reverse_training(record=row, reason="Ganda", by=cast.member.user)
    assert not Reversal.objects.exists()


def test_a_reversal_is_as_final_as_the_ledger(cast: Cast):
    reversal = reverse_training(record=record(cast), reason="Ganda", by=cast.admin)
    for change in (reversal.save, reversal.delete, Reversal.objects.all().delete):
        with pytest.raises(LedgerIsAppendOnly):
            change()
    with pytest.raises(LedgerIsAppendOnly):
        Reversal.objects.update(reason="x")
    with pytest.raises(IntegrityError, match="reversal_has_reason"), transaction.atomic():
        Reversal.objects.create(record=record(cast, "course:9:a"), reason="")


def test_a_first_half_taken_back_costs_the_second_what_it_had_paid(cast: Cast):
    Policy.objects.create(region_id="63", per_year=3, per_half=1)
    open_period(period=PeriodFactory(), now=NOW)
    spring = datetime(2026, 3, 1, tzinfo=UTC)
    record(cast, "course:1:a", spring)
    extra = record(cast, "course:2:a", spring)
    assert Standing.objects.get(member=cast.member, period__half=2).needed == 1
    reverse_training(record=extra, reason="Ganda", by=cast.admin)
    assert Standing.objects.get(member=cast.member, period__half=2).needed == 2


# --- compulsory courses, hours and grace, through the ledger ----------------------------------


def test_a_compulsory_course_is_named_until_it_is_done(cast: Cast):
    policy = Policy.objects.create(region_id="63")
    PolicyCourse.objects.create(policy=policy, subject="course:3", title="Pertolongan Pertama")
    record(cast)
    assert not met()
    view = describe(cast.member, now=NOW)
    assert view.sentence == "Kurang kursus wajib “Pertolongan Pertama”, paling lambat 31 Desember 2026."
    record(cast, "course:3:a", subject="course:3")
    assert met()


def test_a_course_done_years_ago_holds_as_long_as_the_policy_says(cast: Cast):
    policy = Policy.objects.create(region_id="63")
    PolicyCourse.objects.create(policy=policy, subject="course:3", title="Pertolongan Pertama", valid_months=24)
    record(cast, "course:3:a", datetime(2024, 12, 1, tzinfo=UTC), subject="course:3")
    record(cast)
    assert not met()  # it ended on 30 November 2026, before the half did
    record(cast, "course:3:b", datetime(2025, 1, 10, tzinfo=UTC), subject="course:3")
    assert met()


def test_hours_short_are_told_in_jp(cast: Cast):
    Policy.objects.create(region_id="63", hours_per_half=6)
    record(cast)
    assert describe(cast.member, now=NOW).lacking == "2 JP"
    record(cast, "course:2:a", lesson_hours=2)
    assert met()


def test_in_the_days_of_grace_a_training_counts_for_the_half_that_is_owed(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    Policy.objects.create(region_id="00", grace_days=14)
    open_period(period=PeriodFactory(), now=NOW)
    january = datetime(2027, 1, 10, 3, tzinfo=UTC)
    monkeypatch.setattr("training.services.timezone.now", lambda: january)
    view = describe(cast.member, now=january, period=PeriodFactory())
    assert (view.state, view.headline) == ("at_risk", "Berisiko: sisa 4 hari")
    assert record(cast, at=january).period == PeriodFactory()
    assert met()
    assert record(cast, "course:2:a", january).period.code == "2027-1"  # nothing is owed for the old half any more
    late = datetime(2027, 1, 15, 3, tzinfo=UTC)
    assert record(cast, "course:3:a", late).completed_on == date(2027, 1, 15)


def test_a_compulsory_course_done_in_grace_meets_the_half_and_lets_the_next_training_go_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    policy = Policy.objects.create(region_id="00", grace_days=14)
    PolicyCourse.objects.create(policy=policy, subject="course:3", title="Pertolongan Pertama")
    open_period(period=PeriodFactory(), now=NOW)
    january = datetime(2027, 1, 5, 3, tzinfo=UTC)
    monkeypatch.setattr("training.services.timezone.now", lambda: january)
    assert record(cast, "course:3:a", january, subject="course:3").period == PeriodFactory()
    assert met()
    assert record(cast, "course:2:a", january).period.code == "2027-1"


def test_a_training_within_an_extension_counts_there_however_late_it_is_entered(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    period = PeriodFactory()
    open_period(period=period, now=NOW)
    asked = Extension.objects.create(member=cast.member, period=period, until=date(2027, 1, 15), reason="Melaut")
    Extension.objects.filter(pk=asked.pk).update(status="granted", decided_at=NOW)
    entered = datetime(2027, 1, 20, 3, tzinfo=UTC)
    monkeypatch.setattr("training.services.timezone.now", lambda: entered)
    assert record(cast, "evidence:1", datetime(2027, 1, 16, 3, tzinfo=UTC)).period.code == "2027-1"
    assert record(cast, "evidence:2", datetime(2027, 1, 15, 3, tzinfo=UTC)).period == period
    assert met()
