"""The rule: which policy holds where, and how many trainings a member owes a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from regions.scope import NATION_CODE
from training.models import Period, Policy


def ancestors_of(code: str) -> list[str]:
    """The region's own code and those above it, nearest first: village, district, …, nation."""
    if code == NATION_CODE:
        return [code]
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)] + [NATION_CODE]


class PolicyBook:
    """The policies of many regions, loaded once; where no region has one, the model's defaults hold."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self._by_region = {policy.region_id: policy for policy in policies}
        self._default = Policy()

    @classmethod
    def load(cls) -> PolicyBook:
        """Every policy there is: a handful of rows."""
        return cls(Policy.objects.all())

    def policy_for(self, code: str) -> Policy:
        """The policy of the nearest region upwards that has one."""
        for ancestor in ancestors_of(code):
            if policy := self._by_region.get(ancestor):
                return policy
        return self._default

    def __iter__(self) -> Iterator[Policy]:
        return iter(self._by_region.values())


def policy_for(code: str) -> Policy:
    """The policy that holds in the region `code`, in one query; the defaults where nobody set one."""
    return PolicyBook(Policy.objects.filter(region__in=ancestors_of(code))).policy_for(code)


def needed(*, policy: Policy, period: Period, joined_on: date | None, counted_first_half: int = 0) -> int:
    """How many trainings an active member owes the period.

    DOMAIN: "at least 2 counted trainings a calendar year, at least 1 in each half"; "a member who joins during a
    half owes that half nothing". So each half asks for `per_half`. What the year asks for beyond its two halves
    (`per_year − 2·per_half`, nothing by default) may be done in either half and is due with the second one; the
    trainings of the first half beyond its own minimum pay for it. A minimum missed in the first half is not asked
    for again: it stays missed there. Who joined during the year owes the second half its minimum only.
    """
    if joined_on is None or joined_on >= period.first_day:
        return 0
    if period.half == 1 or joined_on >= date(period.year, 1, 1):
        return policy.per_half
    spare = max(0, counted_first_half - policy.per_half)
    return policy.per_half + max(0, policy.per_year - 2 * policy.per_half - spare)
