"""Compliance figures of a region: sums over village tallies by code prefix, never a count of members.

Lateness is read off the clock: the unmet members of a village are all "belum", "berisiko" or "terlambat", by the
village's own time zone and the policy that holds there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Count, IntegerField, Subquery, Sum, Value, When
from django.db.models.functions import Substr
from django.utils import timezone

from regions.models import Region
from regions.scope import NATION_CODE
from training.models import Period, Policy, TrainingRecord, VillageTally
from training.periods import days_left
from training.policies import PolicyBook
from training.standing import State, state_by_clock

# Characters of a region's code by its level; the nation's figures are the sum of its provinces'.
CODE_LENGTH = {Region.Level.PROVINCE: 2, Region.Level.REGENCY: 5, Region.Level.DISTRICT: 8, Region.Level.VILLAGE: 13}

NEWEST = 5  # trainings of a kecamatan that its page names
FEW = 5  # times as many are looked at first: members seldom move


@dataclass(frozen=True)
class Figures:
    """What the tallies of a region add up to at one moment; unmet = unmet so far + at risk + overdue.

    `year_met` is said of second halves only (`training.full_year`); None where a half was closed before it was kept.
    """

    members: int = 0
    required: int = 0
    met: int = 0
    at_risk: int = 0
    overdue: int = 0
    exempt: int = 0
    year_met: int | None = 0

    @property
    def rate(self) -> float:
        """Met over required, 0..1; 0.0 where nobody owes anything, so that the figure is always a number."""
        return self.met / self.required if self.required else 0.0

    @property
    def missing(self) -> int:
        """Members who still owe a training, whatever the clock says."""
        return self.required - self.met

    @property
    def free(self) -> int:
        """Active members who do not owe this period yet; who is exempt counts there and not here."""
        return self.members - self.required - self.exempt

    @property
    def unmet(self) -> int:
        """Those of the missing who still have time."""
        return self.missing - self.at_risk - self.overdue

    def __add__(self, other: Figures) -> Figures:
        years = (self.year_met, other.year_met)
        return Figures(
            members=self.members + other.members,
            required=self.required + other.required,
            met=self.met + other.met,
            at_risk=self.at_risk + other.at_risk,
            overdue=self.overdue + other.overdue,
            exempt=self.exempt + other.exempt,
            year_met=None if None in years else sum(filter(None, years)),
        )


def total(figures: Iterable[Figures]) -> Figures:
    """Several regions together."""
    return sum(figures, Figures())


def figures(*, region: Region, period: Period, now: datetime | None = None) -> Figures:
    """The region's figures in the period, in two to three queries; zeros where nothing was ever kept."""
    level = max(Region.Level(region.level), Region.Level.PROVINCE)
    return total(_by_prefix(region, period, CODE_LENGTH[level], now).values())


def children_figures(*, region: Region, period: Period, now: datetime | None = None) -> dict[str, Figures]:
    """The figures of each child region by its code, in two to three queries; a child without a tally is not in it."""
    if region.level >= Region.Level.VILLAGE:
        return {}
    return _by_prefix(region, period, CODE_LENGTH[Region.Level(region.level + 1)], now)


def _by_prefix(region: Region, period: Period, length: int, now: datetime | None) -> dict[str, Figures]:
    """Tallies summed by the first `length` characters of the code; a group never spans two time zones."""
    if period.pk is None:
        return {}
    now = now or timezone.now()
    policies = _policies(region, period)
    tallies = VillageTally.objects.filter(region.scope.q("village__code"), period=period).order_by()
    rows = tallies.values(child=Substr("village_id", 1, length), policy=_which(policies)).annotate(
        sum_members=Sum("members"),
        sum_required=Sum("required"),
        sum_met=Sum("met"),
        sum_exempt=Sum("exempt"),
        sum_extended=Sum("extended"),
        sum_year_met=Sum("year_met"),
    )
    found: dict[str, Figures] = {}
    for row in rows:
        left, missing = days_left(period, row["child"], now=now), row["sum_required"] - row["sum_met"]
        state = state_by_clock(left, policies[row["policy"]])
        longer = row["sum_extended"] if state is State.OVERDUE else 0
        found[row["child"]] = found.get(row["child"], Figures()) + Figures(
            members=row["sum_members"],
            required=row["sum_required"],
            met=row["sum_met"],
            at_risk=missing if state is State.AT_RISK else longer,
            overdue=missing - longer if state is State.OVERDUE else 0,
            exempt=row["sum_exempt"],
            year_met=row["sum_year_met"],
        )
    return found


def _policies(region: Region, period: Period) -> list[Policy]:
    """The policy over the region, and those below it that read the clock differently, the nearest to a village first.

    The last one is the region's own, for every village that no other covers.
    """
    book = PolicyBook.load()
    here = book.policy_for(region.code, period)
    below = [policy for policy in book.in_force(period) if region.scope.covers(policy.region_id)]
    if all((p.at_risk_days, p.grace_days) == (here.at_risk_days, here.grace_days) for p in below):
        return [here]
    return [*sorted(below, key=_depth, reverse=True), here]


def _which(policies: Sequence[Policy]) -> Case | Value:
    """The place in the list of the policy that holds in a tally's village, as an expression."""
    last = Value(len(policies) - 1, output_field=IntegerField())
    whens = [When(village__code__under=p.region_id, then=Value(index)) for index, p in enumerate(policies[:-1])]
    return Case(*whens, default=last) if whens else last


def _depth(policy: Policy) -> int:
    return len(policy.region_id) if policy.region_id != NATION_CODE else 0


def trainings_by_day(*, region: Region, period: Period) -> dict[date, int]:
    """How many trainings the region's members finished on each local day of the period, in one query."""
    if period.pk is None:
        return {}
    entered = TrainingRecord.objects.within(region.scope).filter(period=period).order_by()
    # All of them out of an index, less the few taken back: to look for a reversal of each would read them one by one.
    taken_back = entered.filter(reversal__isnull=False).values_list("completed_on").annotate(trainings=-Count("pk"))
    by_day: Counter[date] = Counter()
    for day, trainings in (
        entered.values_list("completed_on").annotate(trainings=Count("*")).union(taken_back, all=True)
    ):
        by_day[day] += trainings
    return {day: trainings for day, trainings in by_day.items() if trainings}


def newest_trainings(region: Region, *, most: int = NEWEST) -> list[int]:
    """The ids of the last trainings finished here by members who still live here, the newest first.

    Of the newest few it is asked whether their members do; of all of them only where too many moved away.
    """
    entered = TrainingRecord.objects.standing().within(region.scope).order_by("-completed_at", "-pk")
    few = entered.filter(pk__in=Subquery(entered.values("pk")[: most * FEW])).values_list("pk", "member__village_id")
    found = [pk for pk, home in few if region.scope.covers(home)]
    if len(found) < most and len(few) == most * FEW:
        rows = entered.filter(region.scope.q("member__village__code"))
        found = list(rows.values_list("pk", flat=True)[:most])
    return found[:most]
