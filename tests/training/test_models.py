"""The room's constraints, each broken once, and the ledger that refuses to change."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from tests.cast import Cast
from tests.factories import PeriodFactory, TrainingRecordFactory
from training.errors import LedgerIsAppendOnly
from training.models import ClosedTally, Period, Policy, Reversal, Standing, TrainingRecord, VillageTally

VILLAGE = "63.11.01.2001"


def test_a_new_row_is_written(cast: Cast):
    assert TrainingRecordFactory(member=cast.member).pk


def test_ledger_refuses_every_change(cast: Cast):
    record = TrainingRecordFactory(member=cast.member)
    record.title = "Lain"
    with pytest.raises(LedgerIsAppendOnly):
        record.save()
    with pytest.raises(LedgerIsAppendOnly):
        record.delete()
    with pytest.raises(LedgerIsAppendOnly):
        TrainingRecord.objects.filter(pk=record.pk).update(title="Lain")
    with pytest.raises(LedgerIsAppendOnly), transaction.atomic():
        TrainingRecord.objects.bulk_update([record], ["title"])
    with pytest.raises(LedgerIsAppendOnly):
        TrainingRecord.objects.filter(pk=record.pk).delete()
    assert TrainingRecord.objects.get().title == "Dasar Hukum, Tugas & Etika Satlinmas"


def refused_by_the_database(sql: str, *values: object) -> None:
    with (
        pytest.raises(IntegrityError, match="ledger_is_append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


def test_the_database_itself_refuses_to_change_the_ledger(cast: Cast):
    record = TrainingRecordFactory(member=cast.member)
    with pytest.raises(LedgerIsAppendOnly):
        TrainingRecord.objects.bulk_create(
            [record], update_conflicts=True, unique_fields=["id"], update_fields=["title"]
        )
    record.title = "Lain"
    with pytest.raises(IntegrityError, match="ledger_is_append_only"), transaction.atomic():
        QuerySet(TrainingRecord).bulk_create(
            [record], update_conflicts=True, unique_fields=["id"], update_fields=["title"]
        )
    refused_by_the_database("UPDATE training_trainingrecord SET lesson_hours = %s", 99)
    assert TrainingRecord.objects.get().title == "Dasar Hukum, Tugas & Etika Satlinmas"


def test_a_reversal_only_forgets_who_made_it(cast: Cast):
    record = TrainingRecordFactory(member=cast.member)
    reversal = Reversal.objects.create(record=record, reason="Salah orang", reversed_by=cast.district_officer)
    refused_by_the_database("UPDATE training_reversal SET reason = %s", "Lain")
    refused_by_the_database("UPDATE training_reversal SET reversed_by_id = %s", cast.village_officer.pk)

    cast.district_officer.delete()

    assert Reversal.objects.get() == reversal
    assert Reversal.objects.get().reversed_by is None


def test_a_member_with_trainings_cannot_be_deleted(cast: Cast):
    TrainingRecordFactory(member=cast.member)
    with pytest.raises(IntegrityError):
        cast.member.delete()


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("record_has_source", {"source": ""}),
        ("record_has_title", {"title": ""}),
        ("record_hours_not_negative", {"lesson_hours": -1}),
        ("record_score_is_percent", {"score": 101}),
        ("record_score_is_percent", {"score": -1}),
    ],
)
def test_ledger_constraints(cast: Cast, constraint: str, values: dict[str, object]):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TrainingRecordFactory(member=cast.member, **values)


def test_a_source_stands_once(cast: Cast):
    TrainingRecordFactory(member=cast.member, source="course:1:a")
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingRecordFactory(member=cast.other_member, source="course:1:a")


@pytest.mark.django_db
def test_period_constraints():
    PeriodFactory(year=2026, half=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Period.objects.create(year=2026, half=1)
    with pytest.raises(IntegrityError, match="period_half_is_1_or_2"), transaction.atomic():
        Period.objects.create(year=2026, half=3)


@pytest.mark.parametrize("values", [{"per_year": 1}, {"per_half": 0}, {"per_year": 3, "per_half": 2}])
def test_policy_year_covers_its_halves(cast: Cast, values: dict[str, int]):
    with pytest.raises(IntegrityError, match="policy_year_covers_halves"), transaction.atomic():
        Policy.objects.create(region_id="63", **values)


def test_standing_constraints(cast: Cast):
    period = PeriodFactory()
    row = {"member": cast.member, "village_id": VILLAGE, "period": period}
    Standing.objects.create(**row, needed=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Standing.objects.create(**row, needed=1)
    with pytest.raises(IntegrityError, match="standing_only_serving_owe"), transaction.atomic():
        Standing.objects.create(**row | {"member": cast.other_member}, is_serving=False, needed=1)


@pytest.mark.parametrize("values", [{"met": 1}, {"members": 1, "required": 2}, {"members": 2, "required": 1, "met": 2}])
def test_tally_adds_up(cast: Cast, values: dict[str, int]):
    with pytest.raises(IntegrityError, match="tally_adds_up"), transaction.atomic():
        VillageTally.objects.create(village_id=VILLAGE, period=PeriodFactory(), **values)


@pytest.mark.parametrize(("model", "name"), [(VillageTally, "tally"), (ClosedTally, "closed_tally")])
def test_who_met_the_year_met_its_second_half(cast: Cast, model: type[VillageTally | ClosedTally], name: str):
    with pytest.raises(IntegrityError, match=f"{name}_year_within_met"), transaction.atomic():
        model.objects.create(village_id=VILLAGE, period=PeriodFactory(), members=2, required=2, met=1, year_met=2)


def test_tally_once(cast: Cast):
    VillageTally.objects.create(village_id=VILLAGE, period=PeriodFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        VillageTally.objects.create(village_id=VILLAGE, period=PeriodFactory())


def test_words_of_a_period():
    period = Period(year=2026, half=2)
    assert (str(period), period.code) == ("Semester II 2026", "2026-2")
    assert datetime(2026, 12, 31, tzinfo=UTC).date() == period.last_day
