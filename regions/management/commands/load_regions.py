"""`manage.py load_regions`: the Ministry's regions into the database, as often as one likes."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from regions.catalogue import SHIPPED, read_names
from regions.errors import BrokenCatalogue, TooManyRetired
from regions.services import load_regions


class Command(BaseCommand):
    """Load the list that ships with the product, or another file of the same form."""

    help = "Load the Ministry's regions. Safe to run again; nothing is ever deleted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and the permission for a reform of the whole country."""
        parser.add_argument("--file", type=Path, default=SHIPPED, help="a CSV of code and name, plain or .xz")
        parser.add_argument("--force", action="store_true", help="retire even more than a tenth of the regions")

    def handle(self, *, file: Path, force: bool, **options: Any) -> None:
        """Read, load, report."""
        start = time.monotonic()
        try:
            done = load_regions(names=read_names(file), today=timezone.localdate(), force=force)
        except BrokenCatalogue as error:
            raise CommandError(f"The list of regions cannot be used: {error}") from error
        except TooManyRetired as error:
            raise CommandError(f"The list would retire {error} regions; if that is meant, add --force.") from error
        self.stdout.write(
            f"load_regions: {done.total} regions, {done.added} added, {done.renamed} renamed, "
            f"{done.retired} retired, {done.restored} restored in {time.monotonic() - start:.1f} s"
        )
