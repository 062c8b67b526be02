"""How issuing is shared among processes, and what a share of it came to."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet


@dataclass(frozen=True)
class IssueResult:
    """What a run of issuing did: PDFs made, trainings whose certificate could not be written or printed, and how many
    wait for the next run because this one had no more time."""

    issued: int
    failed: int
    waiting: int = 0


@dataclass(frozen=True)
class Lane:
    """A share of the rows for one of several processes that work side by side: every `of`-th key."""

    number: int = 0
    of: int = 1

    def share(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The lane's part of the rows."""
        return rows if self.of == 1 else rows.annotate(lane=F("pk") % self.of).filter(lane=self.number)


WHOLE = Lane()
