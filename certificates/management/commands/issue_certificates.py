"""Issue whatever is due: the repair for tasks that never ran or died half way."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.services import issue_due


class Command(BaseCommand):
    """`issue_certificates [--limit N]`; prints count and seconds, fails when a certificate could not be made."""

    help = "Issue the certificates that are due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The one option."""
        parser.add_argument("--limit", type=int, default=None, help="at most this many")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue and count."""
        started = time.perf_counter()
        result = issue_due(limit=options["limit"])
        self.stdout.write(f"{result.issued} certificates issued in {time.perf_counter() - started:.1f} s")
        if result.failed:
            raise CommandError(f"{result.failed} certificates could not be printed; see the log")
