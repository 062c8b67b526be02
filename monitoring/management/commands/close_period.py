"""`manage.py close_period 2026-1`: freezes the figures of a half that is over."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from training.closing import close_period
from training.errors import TrainingRefused
from training.models import ClosedTally
from training.periods import parse


class Command(BaseCommand):
    """Close one period; what is entered later shows as a correction."""

    help = "Freeze the figures of a half, e.g. 2026-1, once it and its days of grace are over everywhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one."""
        parser.add_argument("period")

    def handle(self, *, period: str, **options: Any) -> None:
        """One line of figures."""
        start = time.monotonic()
        try:
            found = parse(period)
            if found.pk is None:
                raise CommandError(f"nothing was ever kept for {period}")
            closed = close_period(period=found)
        except TrainingRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        villages = ClosedTally.objects.filter(period=closed).count()
        self.stdout.write(f"close_period: {period}, {villages} villages frozen in {time.monotonic() - start:.1f} s")
