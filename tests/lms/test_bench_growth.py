"""`bench_growth` measures in an empty database only, and tells how each figure grew."""

import json
from collections.abc import Callable
from dataclasses import asdict
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lms import stopwatch
from lms.bench import Row, machine
from lms.bench_table import as_markdown, growth_rows, growth_table, store
from lms.growth import CROWDED, DISTRICT, NATION, REGENCY, wanted
from lms.stopwatch import Browser, Figure, timed
from members.models import Member
from tests.cast import Cast
from tests.factories import MemberFactory
from training.models import Standing, VillageTally

Run = Callable[..., str]
# The application closes its connection after an answer, as it does when it serves.
committing = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(regions: None, tmp_path: Path) -> Run:
    def ran(*sizes: int, **options: object) -> str:
        out = StringIO()
        call_command("bench_growth", sizes=sizes, calls=1, into=str(tmp_path / "bench.json"), stdout=out, **options)
        return out.getvalue()

    return ran


PAGE = Row("lesson page", 9.0, "ms", "bare Django view 2.25 ms", 4.0, 50)


@committing
def test_members_grow_and_each_figure_stands_beside_the_smallest(run: Run, tmp_path: Path):
    store(tmp_path / "bench.json", [PAGE])
    printed = run(100, 200)
    written = json.loads((tmp_path / "bench.json").read_text())
    rows = {row["name"].partition(" members: ")[2]: row for row in written["rows"]}
    assert set(written) == {"machine", "rows"}
    assert written["rows"][0] == asdict(PAGE)
    assert {
        *("bare Django view", "late list of a kecamatan", "late members as XLSX, wall", "simulate"),
        *("late members as CSV, wall", "late members as CSV, first row, wall", "opening a half, each 100,000 members"),
        *(f"/pantau/ of {place}, {how}" for place in ("a kecamatan", "the nation") for how in ("kept", "drawn anew")),
        "planning reminders, each 100,000",
        *("/pantau/ of the nation, kept, in bare views", "late list of a kecamatan, in bare views"),
    } <= rows.keys()
    for row in written["rows"][1:]:
        assert set(row) == {"name", "value", "unit", "against", "ratio", "n"}
        assert row["value"] > 0
        assert "100 members" in row["against"] or row["against"].startswith("200 members")
    assert "growth" in printed
    assert Member.objects.count() == 200


@committing
def test_a_second_run_takes_the_place_of_the_first_and_both_leave_the_figures_true(run: Run, tmp_path: Path):
    run(100)
    first = json.loads((tmp_path / "bench.json").read_text())
    run(100, resume=True)
    again = json.loads((tmp_path / "bench.json").read_text())
    names = [row["name"] for row in again["rows"]]
    assert len(names) == len(set(names))
    assert {row["name"] for row in first["rows"]} - set(names) == {names[0].partition(":")[0] + ": simulate"}
    assert Standing.objects.count() == 400
    assert VillageTally.objects.values("period").distinct().count() == 4
    call_command("reconcile", stdout=StringIO())


def test_a_database_with_members_is_refused(run: Run):
    MemberFactory()
    for options in ({}, {"resume": True}):
        with pytest.raises(CommandError, match="this one has members"):
            run(100, **options)
    assert Member.objects.count() == 1


@pytest.mark.parametrize("sizes", [(200, 100), (100, 100), (10,)])
def test_sizes_that_do_not_rise_are_refused(run: Run, sizes: tuple[int, ...]):
    with pytest.raises(CommandError, match="must rise"):
        run(*sizes)


@pytest.mark.parametrize("members", [100, 1_000, 10_000, 100_000, 1_300_000])
def test_the_crowded_places_never_have_more_than_there_are(members: int):
    parts = wanted(members)
    assert sum(parts.values()) == members
    assert min(parts.values()) > 0
    assert parts[DISTRICT] <= CROWDED[DISTRICT][0]
    assert parts[DISTRICT] + parts[REGENCY] <= CROWDED[REGENCY][0]
    assert parts[NATION] >= members / 2


@committing
def test_only_an_answer_is_measured(cast: Cast):
    with pytest.raises(RuntimeError, match="403"):
        Browser.of(cast.stranger).whole("/pantau/")()


def test_the_tables_have_a_column_for_each_size():
    found = {1_000: [Figure("page", 5.0, "ms CPU", 9)], 10_000: [Figure("page", 6.0, "ms CPU", 9, "12 rows")]}
    rows = growth_rows(found, engine="sqlite")
    assert [row.ratio for row in rows] == [1.0, 1.2]
    assert rows[1].against == "1000 members 5.00 ms CPU; 12 rows"
    assert "1.20×" in growth_table(rows)
    table = as_markdown({"machine": "2 cores", "rows": [asdict(row) for row in (PAGE, *rows)]})
    assert "Measured on: 2 cores." in table
    assert "| lesson page | 9.0 ms | 4.0 |" in table
    assert "| SQLite, members | 1,000 | 10,000 | growth |" in table
    assert "| page, ms CPU | 5.0 | 6.0 | 1.20 |" in table


def test_beside_another_it_says_how_many_times_as_long_it_takes(monkeypatch: pytest.MonkeyPatch):
    clock = [0.0]
    takes = lambda seconds: lambda: clock.__setitem__(0, clock[0] + seconds)  # noqa: E731
    monkeypatch.setattr(stopwatch, "process_time", lambda: clock[0])
    cpu, wall, multiple = timed("page", takes(0.010), n=3, beside=takes(0.004))
    assert [figure.name for figure in (cpu, wall, multiple)] == ["page", "page, wall", "page, in bare views"]
    assert (round(cpu.value, 6), round(multiple.value, 6), multiple.unit) == (10.0, 2.5, "×")
    assert len(timed("page", takes(0.010), n=1)) == 2


def test_a_run_keeps_what_it_did_not_measure_unless_it_came_from_another_machine(tmp_path: Path):
    target = tmp_path / "bench.json"
    growth = [growth_rows({100: [Figure("page", 5.0, "ms", 9)]}, engine=engine) for engine in ("sqlite", "postgresql")]
    for rows in (*growth, [PAGE], growth[0]):
        store(target, rows)
    names = [row["name"] for row in json.loads(target.read_text())["rows"]]
    assert names == ["lesson page", "postgresql, 100 members: page", "sqlite, 100 members: page"]
    target.write_text(target.read_text().replace(machine(), "96 cores"))
    store(target, [PAGE])
    assert json.loads(target.read_text()) == {"machine": machine(), "rows": [asdict(PAGE)]}


def test_the_readme_gets_the_tables_between_its_marks(tmp_path: Path):
    figures, readme = tmp_path / "bench.json", tmp_path / "README.md"
    readme.write_text("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n")
    with pytest.raises(CommandError, match="run `make bench` first"):
        call_command("bench_readme", figures=figures, readme=readme, stdout=StringIO())
    store(figures, [PAGE])
    for _ in range(2):
        call_command("bench_readme", figures=figures, readme=readme, stdout=StringIO())
    text = readme.read_text()
    assert "old" not in text
    assert text.count("| lesson page | 9.0 ms | 4.0 |") == 1
    assert text.startswith("before\n<!-- bench -->\n")
    assert text.endswith("<!-- /bench -->\nafter\n")
    readme.write_text("no marks")
    with pytest.raises(CommandError, match="0 places"):
        call_command("bench_readme", figures=figures, readme=readme, stdout=StringIO())
