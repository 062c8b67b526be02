"""Which policy holds where and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from regions.scope import NATION_CODE
from training.models import Period, Policy
from training.models.policy import REMINDER_DAYS
from training.strictness import loosenings


def ancestors_of(code: str) -> list[str]:
    """The region's own code and those above it, nearest first: village, district, …, nation."""
    if code == NATION_CODE:
        return [code]
    parts = code.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)] + [NATION_CODE]


class PolicyBook:
    """The policies of many regions, loaded once; the model's defaults are the nation's policy where it set none.

    A region below may only be stricter: its policy does not hold in a half in which it asks for less than the one
    above it does.
    """

    def __init__(self, policies: Iterable[Policy]) -> None:
        self._by_region: dict[str, list[Policy]] = defaultdict(list)
        for policy in sorted(policies, key=lambda policy: policy.starts_on, reverse=True):
            self._by_region[policy.region_id].append(policy)
        self._found: dict[tuple[str, int, int], list[Policy]] = {}
        self.default = Policy()

    @classmethod
    def load(cls) -> PolicyBook:
        """Every policy there is with its compulsory courses: a handful of rows, in two queries."""
        return cls(Policy.objects.prefetch_related("courses"))

    def with_draft(self, draft: Policy, period: Period) -> PolicyBook:
        """A book in which a policy that is not saved yet is its region's in the period."""
        others = [policy for policies in self._by_region.values() for policy in policies]
        trial = PolicyBook(policy for policy in others if policy.region_id != draft.region_id)
        draft.starts_on, draft.ends_on = period.first_day, None
        trial._by_region[draft.region_id] = [draft]
        return trial

    def of_region(self, code: str, period: Period) -> Policy | None:
        """The region's own policy in force on the half's first day, the latest to begin where there are several."""
        day = period.first_day
        for policy in self._by_region.get(code, ()):
            if policy.starts_on <= day and (policy.ends_on is None or policy.ends_on >= day):
                return policy
        return None

    def policy_for(self, code: str, period: Period) -> Policy:
        """The policy of the nearest region upwards that has one in force on the half's first day."""
        return self._holding(code, period)[-1]

    def reminder_days(self, code: str, period: Period) -> tuple[int, ...]:
        """On which days before the half's end members there are reminded, the earliest first.

        The nation's own take the place of the usual ones; a region below adds to those above it and takes none away.
        """
        nation, *below = self._holding(code, period)
        days = set(nation.reminder_days or REMINDER_DAYS)
        return tuple(sorted(days.union(*(policy.reminder_days for policy in below)), reverse=True))

    def _holding(self, code: str, period: Period) -> list[Policy]:
        """The nation's policy and those of the regions down to `code` that ask for no less than the ones before."""
        key = (code, period.year, period.half)
        if key not in self._found:
            holding = [self.of_region(NATION_CODE, period) or self.default]
            for ancestor in reversed(ancestors_of(code)[:-1]):
                policy = self.of_region(ancestor, period)
                if policy and not loosenings(policy, holding[-1]):
                    holding.append(policy)
            self._found[key] = holding
        return self._found[key]

    def in_force(self, period: Period) -> Iterator[Policy]:
        """Each region's policy of the half, where it holds."""
        for code in self._by_region:
            policy = self.of_region(code, period)
            if policy is not None and self.policy_for(code, period) is policy:
                yield policy


def policy_for(code: str, period: Period) -> Policy:
    """The half's policy in the region `code`, in two queries; the defaults where nobody set one."""
    policies = Policy.objects.filter(region__in=ancestors_of(code)).prefetch_related("courses")
    return PolicyBook(policies).policy_for(code, period)
