"""`manage.py run_periodic`: everything the scheduler would do, once."""

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from monitoring.periodic import run_periodic


def moment(text: str) -> datetime:
    """An ISO moment; without an offset it is in the server's zone. Raises ValueError."""
    found = parse_datetime(text)
    if found is None:
        raise ValueError(text)
    return found if timezone.is_aware(found) else timezone.make_aware(found)


class Command(BaseCommand):
    """Finish, open, repair and issue whatever is due."""

    help = "Do everything the scheduler would do, once. Safe to run at any time and again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The moment to act as of."""
        parser.add_argument(
            "--now", type=moment, default=None, help="an ISO moment to act as of, e.g. 2027-01-01T00:30"
        )

    def handle(self, *, now: datetime | None, **options: Any) -> None:
        """Run, report, fail if a step failed."""
        start = time.monotonic()
        results = run_periodic(now=now)
        figures = ", ".join(map(str, results))
        self.stdout.write(f"run_periodic: {figures} in {time.monotonic() - start:.1f} s")
        if failed := [result.name for result in results if result.failed]:
            raise CommandError(f"failed: {', '.join(failed)}; the log says why")
