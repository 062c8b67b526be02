"""What a closed period's figures were when it was closed, and what was corrected since.

Corrections are counted village by village, so that one more here and one less there do not hide each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, Substr
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from cms.percents import whole_percent
from regions.models import Region
from training.models import ClosedTally, Period, VillageTally
from training.summaries import CODE_LENGTH, Figures

FROZEN = ("members", "required", "met", "exempt", "extended", "year_met")
# A member who leaves later corrects nothing about a half that is over.
COMPARED = ("required", "met", "exempt", "extended", "year_met")


@dataclass(frozen=True)
class Change:
    """By how much one figure went up in some villages and down in others."""

    up: int = 0
    down: int = 0

    @classmethod
    def between(cls, before: int, after: int) -> Change:
        """The change in one village."""
        return cls(max(after - before, 0), max(before - after, 0))

    def __add__(self, other: Change) -> Change:
        return Change(self.up + other.up, self.down + other.down)

    def __str__(self) -> str:
        """`+2`, `−1`, `+2 −1`; empty where nothing changed."""
        return " ".join([f"+{self.up}"] * bool(self.up) + [f"−{self.down}"] * bool(self.down))


@dataclass(frozen=True)
class Closed:
    """What was frozen when the period was closed, and how it was corrected in how many villages since."""

    figures: Figures = field(default_factory=Figures)
    villages: int = 0
    required: Change = field(default_factory=Change)
    met: Change = field(default_factory=Change)
    exempt: Change = field(default_factory=Change)
    extended: Change = field(default_factory=Change)
    year_met: Change = field(default_factory=Change)

    @property
    def is_corrected(self) -> bool:
        """Whether anything was corrected since."""
        return self.villages > 0

    @property
    def percent(self) -> int:
        """Whole percent at the closing."""
        return whole_percent(self.figures.met, self.figures.required)

    @property
    def words(self) -> str:
        """`terpenuhi +1 −1 dan wajib −1`; empty where nothing was corrected."""
        named = [
            (_("terpenuhi"), self.met),
            (_("wajib"), self.required),
            (_("dispensasi"), self.exempt),
            (_("perpanjangan"), self.extended),
            (_("setahun penuh"), self.year_met),
        ]
        return get_text_list([f"{name} {change}" for name, change in named if str(change)], _("dan"))

    def __add__(self, other: Closed) -> Closed:
        return Closed(
            self.figures + other.figures,
            self.villages + other.villages,
            self.required + other.required,
            self.met + other.met,
            self.exempt + other.exempt,
            self.extended + other.extended,
            self.year_met + other.year_met,
        )


def closed_total(parts: Iterable[Closed]) -> Closed:
    """Several regions together."""
    return sum(parts, Closed())


def closed_figures(*, region: Region, period: Period) -> Closed | None:
    """The frozen figures of a closed period with the corrections since, in two queries; None while it is not closed."""
    return closed_total(closed_by_child(region=region, period=period).values()) if period.is_closed else None


def closed_by_child(*, region: Region, period: Period) -> dict[str, Closed]:
    """The same for each child region by its code, a village's under its own; empty while the period is not closed."""
    if not period.is_closed:
        return {}
    length = CODE_LENGTH[Region.Level(min(region.level + 1, Region.Level.VILLAGE))]
    found: dict[str, Closed] = {}
    for child, part in [*_frozen(region, period, length), *_corrections(region, period, length)]:
        found[child] = found.get(child, Closed()) + part
    return found


def _frozen(region: Region, period: Period, length: int) -> Iterator[tuple[str, Closed]]:
    """What was frozen, by the first `length` characters of the code.

    Whoever was missing is late, save those whose extension was still running: they are at risk, as they were before.
    """
    tallies = ClosedTally.objects.filter(region.scope.q("village__code"), period=period).order_by()
    rows = tallies.values_list(Substr("village_id", 1, length)).annotate(*(Sum(name) for name in FROZEN))
    for child, members, required, met, exempt, extended, year_met in rows:
        parts = {"at_risk": extended, "overdue": required - met - extended, "exempt": exempt, "year_met": year_met}
        yield child, Closed(Figures(members, required, met, **parts))


def _corrections(region: Region, period: Period, length: int) -> Iterator[tuple[str, Closed]]:
    """The corrections of each village whose figures differ from the frozen ones; what was not frozen differs never."""
    here = region.scope.q("village__code")
    frozen = ClosedTally.objects.filter(period=period, village=OuterRef("village"))
    was = {f"{name}_was": Coalesce(name, OuterRef(name), output_field=IntegerField()) for name in COMPARED}
    same = frozen.annotate(**was).filter(**{f"{name}_was": OuterRef(name) for name in COMPARED})
    before = {
        f"{name}_before": Coalesce(Subquery(frozen.annotate(**was).values(f"{name}_was")), 0) for name in COMPARED
    }
    differing = VillageTally.objects.filter(here, ~Exists(same), period=period).annotate(**before).order_by()
    for row in differing.values("village_id", *COMPARED, *before):
        changes = {name: Change.between(row[f"{name}_before"], row[name]) for name in COMPARED}
        if any(map(str, changes.values())):  # a village without a row at the closing counts as noughts
            parts = [changes[name] for name in COMPARED]
            yield row["village_id"][:length], Closed(Figures(), 1, *parts)
