"""What migrations left of the indexes."""

from django.db import connection

from members.models import Member
from training.models import Standing, TrainingRecord


def test_texts_that_nobody_looks_for_by_their_beginning_have_one_index(db: None):
    for model, column in ((Member, "nik_index"), (Member, "phone"), (TrainingRecord, "source")):
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        assert not [name for name, facts in found.items() if facts["columns"] == [column] and name.endswith("_like")]


def test_no_index_of_standings_begins_with_the_village(db: None):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Standing._meta.db_table)
    assert not [name for name, facts in found.items() if facts["index"] and facts["columns"][:1] == ["village_id"]]
