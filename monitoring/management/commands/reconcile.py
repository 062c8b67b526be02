"""`manage.py reconcile`: standings, tallies, number sequences and the log of numbers against what they follow from."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from certificates.file_audit import FileAudit
from certificates.number_audit import number_faults
from monitoring.sequences import reconcile_sequences
from training.reconciliation import reconcile


class Command(BaseCommand):
    """Compare what is kept with what it should add up to; `--fix` mends it, `--files` reads every certificate too."""

    help = "Check standings, tallies, number sequences and the log of numbers; exits 1 on a difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether to mend, and whether to read the files."""
        parser.add_argument("--fix", action="store_true", help="write the right figures")
        parser.add_argument("--files", action="store_true", help="also read every file of a certificate")

    def handle(self, *, fix: bool, files: bool, **options: Any) -> None:
        """One line a difference, then one line of figures."""
        start = time.monotonic()
        found = reconcile(fix=fix)
        differences = [*found.differences, *reconcile_sequences(fix=fix)]
        left, audit = [*found.left, *number_faults()], FileAudit()
        if files:
            left += audit.faults()
        for difference in [*differences, *left]:
            self.stdout.write(difference)
        self.stdout.write(
            f"reconcile: {found.standings} standings and {found.tallies} tallies checked, "
            f"{f'{audit.checked} files of certificates read, ' if files else ''}"
            f"{len(differences)} differences{' fixed' if fix else ''}, {len(left)} left as they "
            f"are, in {time.monotonic() - start:.1f} s"
        )
        if differences or left:
            sys.exit(1)
