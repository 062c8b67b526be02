"""Measuring: each speed beside a bare floor of the same process, machine and minute."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.test import override_settings
from django.urls import path

from lms.stopwatch import Browser
from members.models import User
from regions.models import Region

# The floor: what Django itself costs for a page with a session, a user, one query and one template.
BARE_MIDDLEWARE = [
    "lms.bench.with_bare_urls",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


@login_required
def bare_view(request: HttpRequest) -> HttpResponse:
    """The floor."""
    region = Region.objects.only("name").get(pk="00")
    return render(request, "lms/bare.html", {"region": region})


urlpatterns = [path("", bare_view)]


def with_bare_urls(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Resolve by this module; the product's own addresses stay as they are, and nothing is loaded anew."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        request.urlconf = "lms.bench"
        return get_response(request)

    return answer


def bare_page(user: User) -> Callable[[], int]:
    """Opens the floor's page as this user."""
    with override_settings(MIDDLEWARE=BARE_MIDDLEWARE):  # a handler keeps those it was made with
        return Browser.of(user).whole("/")


@dataclass(frozen=True)
class Row:
    """One line of the table and of var/bench.json: a median, and its ratio to what it is held `against`."""

    name: str
    value: float
    unit: str
    against: str
    ratio: float
    n: int


def machine() -> str:
    """What this was measured on; never its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}, Python {platform.python_version()}"


def median_ms(action: Callable[[], Any], *, n: int, warm_up: int = 3) -> float:
    """The median of `n` timed calls in milliseconds, after some that do not count."""
    for _ in range(warm_up):
        action()
    times = []
    for _ in range(n):
        started = perf_counter()
        action()
        times.append((perf_counter() - started) * 1000)
    return statistics.median(times)


def row(name: str, action: Callable[[], Any], floor: Callable[[], Any], *, n: int) -> Row:
    """Measure an action and its floor in turns of ten, so that a drifting machine hits both alike."""
    values: list[float] = []
    floors: list[float] = []
    turns = max(n // 10, 1)
    for _ in range(turns):
        values.append(median_ms(action, n=min(n, 10), warm_up=1))
        floors.append(median_ms(floor, n=10, warm_up=1))
    value, bare = statistics.median(values), statistics.median(floors)
    return Row(
        name, round(value, 2), "ms", f"bare Django view {bare:.2f} ms", round(value / bare, 2), turns * min(n, 10)
    )


def table(rows: list[Row]) -> str:
    """The rows as text."""
    lines = [f"{'':34}{'median':>10}{'ratio':>8}{'n':>6}  against"]
    lines += [f"{r.name:34}{r.value:>7.2f} {r.unit}{r.ratio:>7.1f}×{r.n:>6}  {r.against}" for r in rows]
    return "\n".join(lines)
