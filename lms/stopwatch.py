"""Asks the WSGI application of this process for pages and files, and takes the time: CPU of the process, and wall."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import count
from time import perf_counter, process_time
from typing import Any, NamedTuple

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory

from members.models import User

HOST = "127.0.0.1"
_prefixes = count(1)


class Figure(NamedTuple):
    """One number measured at one size, a median of `n`; `about` says of how much, where the name does not."""

    name: str
    value: float
    unit: str
    n: int
    about: str = ""


@dataclass(frozen=True)
class Browser:
    """Somebody logged in."""

    cookies: str
    handler: WSGIHandler

    @classmethod
    def of(cls, user: User) -> Browser:
        """Log the user in, into the application as it is set up now."""
        client = Client(SERVER_NAME=HOST)
        client.force_login(user)
        return cls("; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()), WSGIHandler())

    def get(self, address: str) -> Generator[bytes]:
        """The parts of the answer as they come; refuses to measure anything but a 200."""
        environ = RequestFactory(SERVER_NAME=HOST).get(address).environ
        status: list[str] = []
        response = self.handler({**environ, "HTTP_COOKIE": self.cookies}, _noted(status))
        if not status[0].startswith("200"):
            raise RuntimeError(f"{status[0]} instead of the page")
        try:
            yield from response
        finally:
            response.close()

    def whole(self, address: str) -> Callable[[], int]:
        """Opens the address to its end; returns how many parts came."""
        return lambda: sum(1 for _part in self.get(address))


def _noted(status: list[str]) -> Any:
    """What a server gives the application to begin an answer with."""
    return lambda line, headers, error=None: status.append(line)


def timed(
    name: str, action: Callable[[], Any], *, n: int, anew: bool = False, beside: Callable[[], Any] | None = None
) -> list[Figure]:
    """The medians of `n` calls after one that does not count.

    With `anew` nothing is kept from the call before: each looks into the cache under a prefix of its own, so that
    nobody's entries are thrown away. `beside` is called in turn with it, and a third figure says how many times its CPU
    time the action takes: a machine that slows down slows both.
    """
    usual, taken, floors = cache.key_prefix, list[Taken](), list[Taken]()
    for _turn in range(n + 1):
        cache.key_prefix = f"bench{next(_prefixes)}" if anew else usual
        try:
            taken.append(_take(action))
        finally:
            cache.key_prefix = usual
        if beside:
            floors.append(_take(beside))
    value = _medians(taken[1:])
    figures = [Figure(name, value.cpu, "ms CPU", n), Figure(f"{name}, wall", value.wall, "ms", n)]
    if floors:
        figures.append(Figure(f"{name}, in bare views", value.cpu / _medians(floors[1:]).cpu, "×", n))
    return figures


class Taken(NamedTuple):
    """Milliseconds of this process, and of the clock."""

    cpu: float
    wall: float


def _take(action: Callable[[], Any]) -> Taken:
    began, started = process_time(), perf_counter()
    action()
    return Taken((process_time() - began) * 1000, (perf_counter() - started) * 1000)


def _medians(taken: list[Taken]) -> Taken:
    return Taken(statistics.median(t.cpu for t in taken), statistics.median(t.wall for t in taken))


def first_row(parts: Generator[bytes]) -> None:
    """Read a CSV as far as its first row: the mark of UTF-8 and the head come before any query."""
    for _ in range(3):
        next(parts)
    parts.close()
