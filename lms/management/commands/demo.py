"""The demo: the villages of kecamatan Juai with members, trainings, certificates and reports."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.demo import DISTRICT, Demo
from regions.models import Region


class Command(BaseCommand):
    """Makes the demo, or what is missing of it."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and print one line of figures."""
        if not Region.objects.filter(code=DISTRICT).exists():
            raise CommandError("the regions are missing; run load_regions first")
        started = perf_counter()
        try:
            figures = Demo().build()
        except KeyboardInterrupt:
            raise CommandError("stopped; running it again makes what is missing", returncode=130) from None
        line = ", ".join(f"{number} {name}" for name, number in figures.items())
        self.stdout.write(f"demo: {line}, {perf_counter() - started:.1f} s")
