"""Queries whose SQL is written once: the same rows as Django's own, whatever the ids."""

import pytest
from django.db.models import Count

from members.models import RoleGrant
from regions.prepared import Prepared, day_of
from tests.cast import Cast
from tests.factories import TrainingRecordFactory
from training.models import TrainingRecord


def test_the_rows_are_those_of_the_query_for_each_id(cast: Cast, django_assert_num_queries):
    kinds = Prepared(lambda user: RoleGrant.objects.filter(user=user).values_list("kind", "region_id"))
    for user in (cast.district_officer, cast.trainer, cast.stranger):
        with django_assert_num_queries(1):
            found = kinds.rows(user.pk)
        assert found == list(user.role_grants.values_list("kind", "region_id"))


def test_several_ids_and_a_value_that_stays(cast: Cast):
    both = Prepared(lambda *ids: RoleGrant.objects.filter(user__in=ids, kind="officer").values("kind"), takes=2)
    assert both.rows(cast.district_officer.pk, cast.trainer.pk) == [("officer",)]
    assert both.rows(cast.trainer.pk, cast.trainer.pk) == []


def test_a_query_that_does_not_take_its_id_as_it_is_cannot_be_prepared(cast: Cast):
    forgetful = Prepared(lambda user: RoleGrant.objects.values_list(Count("pk")))
    with pytest.raises(TypeError):
        forgetful.rows(cast.trainer.pk)


def test_a_day_is_a_day_on_both_databases(cast: Cast):
    record = TrainingRecordFactory(member=cast.member)
    days = Prepared(lambda pk: TrainingRecord.objects.filter(pk=pk).values_list("completed_on"))
    assert day_of(days.rows(record.pk)[0][0]) == record.completed_on
