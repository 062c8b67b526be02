"""What happens at once: calls in threads and connections of their own, released together."""

import fcntl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from django.conf import settings
from django.db import OperationalError, connection, connections

Result = TypeVar("Result")

CROWD = 8  # threads, more of which start only while no other process has as many
START_SECONDS = 60


@contextmanager
def _turn() -> Iterator[None]:
    """No other process of this tree has a crowd meanwhile: two would ask more connections than PostgreSQL has."""
    with (Path(settings.DATA_DIR) / "test-crowd.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def at_once(
    *calls: Callable[[], Result], threads: int = 0, refusals: type[Exception] | tuple[()] = ()
) -> list[Result | Exception]:
    """Start the calls at the same moment, `threads` of them where that is fewer; what each returned, in their order.

    A refusal of the kind named is a result; any other error of a call fails the test.
    """
    threads = threads or len(calls)
    gate = Barrier(threads)

    def run(number: int, call: Callable[[], Result]) -> Result | Exception:
        try:
            connection.ensure_connection()  # takes longer than many a call: the first would be over by then
            if number < threads:
                gate.wait(START_SECONDS)
            return call()
        except refusals as refusal:
            return refusal
        finally:
            connections.close_all()

    with _turn() if threads > CROWD else nullcontext(), ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(len(calls)), calls))


def refused_while_waiting(job: Callable[[], object]) -> bool:
    """Whether somebody else, who waits for a lock no longer than a moment, has to give up."""

    def impatient() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "PRAGMA busy_timeout = 200" if connection.vendor == "sqlite" else "SET lock_timeout = '200ms'"
            )
        try:
            job()
        except OperationalError:
            return True
        return False

    return at_once(impatient) == [True]
