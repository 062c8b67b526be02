"""Issue whatever is due: the repair for tasks that never ran or died half way."""

import os
import time
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from certificates.lanes import IssueResult, Lane
from certificates.services import due, issue_due
from training.models import TrainingRecord

MANY = 400  # due: from so many on each process earns what it costs, laying out every form by itself


class Command(BaseCommand):
    """`issue_certificates [--limit N] [--processes N]`; prints count and seconds, fails when one could not be made."""

    help = "Issue the certificates that are due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, and by how many processes."""
        parser.add_argument("--limit", type=int, default=None, help="at most this many, by one process")
        parser.add_argument("--processes", type=int, default=None, help="for many; by default one a core")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue and count."""
        started = time.perf_counter()
        result = self._issue(options["limit"], options["processes"])
        self.stdout.write(f"{result.issued} certificates issued in {time.perf_counter() - started:.1f} s")
        if result.failed:
            raise CommandError(f"{result.failed} certificates could not be printed; see the log")

    def _issue(self, limit: int | None, processes: int | None) -> IssueResult:
        if limit is not None:
            return issue_due(limit=limit)
        if processes is None:
            is_much = due(TrainingRecord.objects.all())[:MANY].count() == MANY
            processes = len(os.sched_getaffinity(0)) if is_much else 1
        return issue_due() if processes == 1 else in_lanes(processes)


def in_lanes(processes: int) -> IssueResult:
    """Issue by several processes side by side, each its share; one that is killed leaves the rest to the next run.

    They are forks of this one: what is loaded is not loaded again, and the keys of the seal are the same.
    """
    connections.close_all()  # no two processes may talk over one
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        results = list(pool.map(partial(_lane, processes), range(processes)))
    return IssueResult(sum(result.issued for result in results), sum(result.failed for result in results))


def _lane(processes: int, number: int) -> IssueResult:
    return issue_due(lane=Lane(number, processes))
