"""The regions measured: what a village is found by, over all villages, and loading the list anew."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any
from urllib.parse import quote_plus

from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.urls import reverse

from lms.bench import Row, median_ms
from lms.stopwatch import Browser
from regions.catalogue import SHIPPED
from regions.models import Region

QUESTIONS = 1_000
TURNS = 10  # the floor is measured before each, so that a drifting machine hits both alike
BOUND = 50  # milliseconds on SQLite: who types should not wait for the list


def region_rows(floor: Callable[[], Any], *, questions: int = QUESTIONS, catalogue: Path = SHIPPED) -> list[Row]:
    """How long 95 of 100 questions to the village picker take at most, and how long `load_regions` on a full table.

    Each is held against the median of `floor`. Raises RuntimeError where there are fewer villages than questions.
    """
    times, floors = list[float](), list[float]()
    asked = typed(questions)
    for turn in range(TURNS):
        floors.append(median_ms(floor, n=10, warm_up=1))
        times += answer_times(asked[turn::TURNS])
    started = perf_counter()
    call_command("load_regions", file=catalogue, stdout=StringIO())
    seconds, bare = perf_counter() - started, statistics.median(floors)
    slow = statistics.quantiles(times, n=20)[-1]
    beside = f"bare Django view {bare:.2f} ms"
    return [
        Row(
            "village picker, p95", round(slow, 2), "ms", f"{beside}; bound {BOUND} ms", round(slow / bare, 2), questions
        ),
        Row("load_regions, again", round(seconds, 2), "s", beside, round(seconds * 1000 / bare, 2), 1),
    ]


def answer_times(texts: Sequence[str]) -> list[float]:
    """The milliseconds that the village picker takes to answer each, after a first question that does not count."""
    picker, address = Browser("", WSGIHandler()), reverse("regions:villages")
    actions = [picker.whole(f"{address}?q={quote_plus(text)}") for text in texts]
    return [median_ms(action, n=1, warm_up=0) for action in (*actions[:1], *actions)][1:]


def typed(questions: int) -> list[str]:
    """What people type who look for these villages of the whole country: by turns the beginning of the name, the name,
    the name with its kecamatan, and the last word of the name with the beginning of its kecamatan."""
    villages = Region.objects.active().villages().order_by("code").values_list("name", "parent__name")
    if len(villages) < questions:
        raise RuntimeError("the regions are missing; run load_regions first")
    random = Random(6311)  # noqa: S311 (the same questions every time)
    found = []
    for number, (name, district) in enumerate(random.sample(list(villages), questions)):
        half = name[: max(len(name) // 2, 3)]
        found.append((half, name, f"{name} {district}", f"{name.split()[-1]} {district[:3]}")[number % 4])
    return found
