"""What the room's migrations do with rows that are there."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from certificates.models import Run
from tests.factories import UserFactory

RUNS = import_module("certificates.migrations.0008_runs")


@pytest.fixture
def runs(db: None) -> dict[str, Run]:
    """A printed one, one still to be printed, and one that issues."""
    same = {"requested_by": UserFactory(), "items": [7, 8], "gone_through": []}
    printed = Run.objects.create(kind="print", file="certificates/print/x.pdf", finished_at=timezone.now(), **same)
    return {
        "printed": printed,
        "waiting": Run.objects.create(kind="print", **same),
        "issuing": Run.objects.create(kind="issue", **same),
    }


def test_print_runs_are_carried_over_with_one_update_each(runs: dict[str, Run], django_assert_num_queries):
    with django_assert_num_queries(1 + len(runs)):  # after a second one PostgreSQL lets nobody change the table
        RUNS.carry_over(apps, None)
    for run in runs.values():
        run.refresh_from_db()
    printed, waiting = runs["printed"], runs["waiting"]
    assert (printed.gone_through, printed.finished_at) == ([2], printed.requested_at)
    assert (waiting.gone_through, waiting.finished_at) == ([0], None)
    assert waiting.worked_at == waiting.requested_at


def test_on_the_way_back_no_run_of_issuing_becomes_one_of_printing(runs: dict[str, Run]):
    RUNS.forget_issuing(apps, None)
    assert set(Run.objects.all()) == {runs["printed"], runs["waiting"]}
