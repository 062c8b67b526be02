"""The same pages, files and services at several numbers of members, with the growth from the smallest to the largest.

Fills a database of its own, which must be empty, and leaves it full: `make bench` throws it away afterwards.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from lms.bench import Row
from lms.bench_table import growth_rows, growth_table, store
from lms.growth import fill, measure
from lms.stopwatch import Figure
from members.models import Member
from regions.models import Region


class Command(BaseCommand):
    """Measures at each size, prints the table, adds its rows to a file of `make bench`."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--sizes, --calls, --into, --resume."""
        parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="members, rising")
        parser.add_argument("--calls", type=int, default=30, help="of each page; fewer of what takes longer")
        parser.add_argument("--into", default=str(Path(settings.DATA_DIR) / "bench.json"), help="the file of the rows")
        parser.add_argument("--resume", action="store_true", help="go on where a run was broken off while measuring")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, measure, fill up, measure again."""
        sizes = list(options["sizes"])
        if sizes != sorted(set(sizes)) or sizes[0] < 100:
            raise CommandError("--sizes must rise, from 100 at least")
        there = self._members_there(resume=options["resume"])
        if there > sizes[0]:
            raise CommandError(f"this database has {there} members already: --sizes must begin there")
        self._prepare()
        target, rows = Path(options["into"]), list[Row]()
        found: dict[int, list[Figure]] = {}
        for size in sizes:
            self.stdout.write(f"{size} members …")
            rate = [fill(size, before=there)] if size > there else []
            there = size
            found[size] = [*measure(options["calls"]), *rate]
            rows = growth_rows(found, engine=connection.vendor)
            store(target, rows)  # after each size: the largest takes longest
        self.stdout.write(f"\n{growth_table(rows)}\n\n{len(rows)} rows in {target}")

    def _members_there(self, *, resume: bool) -> int:
        """How many members an earlier run left; whatever else is in the database is not ours to measure in."""
        if Member._meta.db_table not in connection.introspection.table_names():
            return 0
        there = Member.objects.count()
        if there and not (resume and not Member.objects.exclude(number__startswith="SIM").exists()):
            raise CommandError(
                "bench_growth needs a database of its own and this one has members: name an empty one (DATABASE_URL)"
            )
        return there

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if not Region.objects.exists():
            call_command("load_regions", stdout=self.stdout)
