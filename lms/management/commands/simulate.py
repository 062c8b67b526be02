"""Bulk people for measuring: members over the nation's villages with trainings, standings and tallies."""

from argparse import ArgumentParser
from random import Random
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.bulk import refresh_statistics
from lms.crowd import TABLES, Crowd
from regions.models import Region
from regions.scope import Scope
from training.models import Period
from training.periods import current_period

VILLAGE_SIZE = 15  # members a village has on average


class Command(BaseCommand):
    """Inserts N invented members; their certificates are left due."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--members, --regions, --periods, --seed."""
        parser.add_argument("--members", type=int, required=True)
        parser.add_argument("--regions", default="00", help="code of the region whose villages get them")
        parser.add_argument("--periods", type=int, default=2, help="halves they have served, the running one included")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Insert in batches, each whole in itself, so that a killed run leaves true figures behind."""
        started = perf_counter()
        if options["members"] < 1 or options["periods"] < 1:
            raise CommandError("--members and --periods must be at least 1")
        if not Region.objects.filter(pk=options["regions"]).exists():
            raise CommandError(f"--regions {options['regions']}: no such region; run load_regions first")
        villages = self._villages(options["regions"], options["members"])
        random = Random(options["seed"])  # noqa: S311 (invented people, not secrets)
        crowd = Crowd(random, timezone.now(), self._periods(options["regions"], options["periods"]))
        crowd.insert(crowd.batches(villages, options["members"]))
        refresh_statistics(*TABLES)
        seconds = perf_counter() - started
        rate = options["members"] / seconds
        self.stdout.write(
            f"{options['members']} members, {crowd.records} records, {len(villages)} villages, "
            f"{seconds:.1f} s, {rate:.0f} members/s"
        )

    def _villages(self, code: str, members: int) -> list[str]:
        """Village codes spread evenly over the region, as many as members fill at their usual size."""
        villages = Region.objects.within(Scope.of(code)).active().filter(level=Region.Level.VILLAGE)
        codes = list(villages.order_by("code").values_list("code", flat=True))
        if not codes:
            raise CommandError(f"no villages under {code}; run load_regions first")
        wanted = min(len(codes), -(-members // VILLAGE_SIZE))
        return [codes[n * len(codes) // wanted] for n in range(wanted)]

    def _periods(self, code: str, count: int) -> list[Period]:
        """The running half and those before it, the earliest first."""
        periods = [current_period(code)]
        while len(periods) < count:
            year, half = periods[0].year, periods[0].half
            year, half = (year, 1) if half == 2 else (year - 1, 2)
            periods.insert(0, Period.objects.get_or_create(year=year, half=half)[0])
        return periods
