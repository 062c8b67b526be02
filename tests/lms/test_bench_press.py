"""The rows of the press stand each beside plain WeasyPrint."""

from dataclasses import asdict
from multiprocessing.pool import ThreadPool

import pytest

from lms import bench_press
from lms.bench_press import press_rows
from lms.bench_table import as_markdown


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """Fresh processes take seconds to start, and only `make bench` is after their seconds."""
    monkeypatch.setattr(bench_press, "ProcessPoolExecutor", lambda workers, **_: ThreadPool(1))


def test_says_how_many_times_as_fast_the_press_is():
    rows = press_rows(batch=10, plain=2, warm_up=5, queue=4)
    one, wall, cpu, memory, size, sealed_wall, sealed_cpu, sealed_memory, sealed_size, several = rows
    assert one.name == "press, one, CPU"
    assert wall.name == "press, 10 on 2 processes"
    assert one.against.startswith("plain WeasyPrint ")
    assert one.ratio > 20  # a hundred on a quiet machine
    assert cpu.value > 0
    assert memory.unit == "MB"
    assert 0.5 < size.ratio < 1.5
    assert sealed_wall.name == "press, 10 on 2 processes, sealed"
    assert sealed_cpu.value > 0
    assert sealed_memory.unit == "MB"
    assert 1 < sealed_size.ratio < 1.5
    assert (several.name, several.n) == ("press, 4 of 50 kinds on 2 processes", 4)
    table = as_markdown({"machine": "2 cores", "rows": [asdict(row) for row in rows]})
    assert f"| one, CPU | {one.value:,.1f} ms | × {one.ratio:.1f} | {one.against} |" in table
