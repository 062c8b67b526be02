"""What the room's migrations do with rows that are there."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from certificates.designs import Design
from certificates.models import Run
from tests.factories import UserFactory

RUNS = import_module("certificates.migrations.0008_runs")
PARTS = import_module("certificates.migrations.0014_runs_and_designs")
LAYOUTS = [("63", "band"), ("63.11", "classic")]


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


def test_a_print_under_way_begins_again_in_parts(runs: dict[str, Run]):
    Run.objects.update(gone_through=[1])
    PARTS.begin_again(apps, None)
    assert {name: Run.objects.get(pk=run.pk).gone_through for name, run in runs.items()} == {
        "printed": [1],
        "waiting": [0],
        "issuing": [1],
    }


def test_bands_stay_without_a_frame(regions: None):
    band, classic = (Design.objects.create(name=x, region_id=x, layout=y) for x, y in LAYOUTS)
    PARTS.leave_bands_unframed(apps, None)
    assert [Design.objects.get(pk=one.pk).frame for one in (band, classic)] == ["none", "double"]


def test_on_the_way_back_no_run_of_issuing_becomes_one_of_printing(runs: dict[str, Run]):
    RUNS.forget_issuing(apps, None)
    assert set(Run.objects.all()) == {runs["printed"], runs["waiting"]}
