"""Writes the tables of the last `make bench` into README.md, between the two marks that are there for them."""

import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms.bench_table import as_markdown

PLACE = re.compile(r"(?<=<!-- bench -->\n).*?(?=<!-- /bench -->)", re.DOTALL)


class Command(BaseCommand):
    """Reads var/bench.json."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--figures, --readme."""
        parser.add_argument("--figures", type=Path, default=Path(settings.DATA_DIR) / "bench.json")
        parser.add_argument("--readme", type=Path, default=Path(settings.BASE_DIR) / "README.md")

    def handle(self, *args: Any, figures: Path, readme: Path, **options: Any) -> None:
        """Replace what stands between the marks."""
        if not figures.exists():
            raise CommandError(f"{figures} is missing: run `make bench` first")
        table, text = as_markdown(json.loads(figures.read_text())), readme.read_text()
        written, places = PLACE.subn(lambda _old: f"\n{table}\n", text)
        if places != 1:
            raise CommandError(f"{readme} has {places} places between <!-- bench --> and <!-- /bench -->, not one")
        readme.write_text(written)
        self.stdout.write(f"the tables are in {readme}")
