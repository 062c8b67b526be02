"""An index that is added while the product runs."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.state import ProjectState
from django.test.utils import CaptureQueriesContext

from regions.operations import AddIndexBeside
from training.models import Standing

NAME = "standing_for_a_try"


def found() -> bool:
    with connection.cursor() as cursor:
        return NAME in connection.introspection.get_constraints(cursor, Standing._meta.db_table)


@pytest.mark.django_db(transaction=True)
def test_it_is_built_beside_the_work_and_again_after_an_interruption():
    before = ProjectState.from_apps(apps)
    after = before.clone()
    operation = AddIndexBeside("standing", models.Index(fields=["counted"], name=NAME))
    operation.state_forwards("training", after)
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries, connection.schema_editor(atomic=False) as editor:
            operation.database_forwards("training", editor, before, after)
        assert found()
        asides = ["CONCURRENTLY" in query["sql"] for query in queries if NAME in query["sql"]]
        assert asides == [connection.vendor == "postgresql"] * 2
    with connection.schema_editor() as editor:
        operation.database_backwards("training", editor, after, before)
    assert not found()
