"""Members who have not met the requirement, with the state the clock gives each: for lists, exports and reminders.

All unmet members of a village share one state, but for those who were given longer; so it is told by the village's
time zone and policy, and the database can sort by it without reading a member.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, Count, F, IntegerField, Value, When

from regions.lookups import ByCode
from regions.models import Region
from regions.timezones import PROVINCES
from training.models import Period, Policy, Standing
from training.models.standing import StandingQuerySet
from training.periods import days_left
from training.policies import PolicyBook
from training.standing import StandingView, State, state_by_clock, view_of

WORST_FIRST = (State.OVERDUE, State.AT_RISK, State.UNMET)


@dataclass(frozen=True)
class LateMembers:
    """The region's members who owe the period a training, at the moment `now`."""

    region: Region
    period: Period
    now: datetime
    book: PolicyBook
    _sentences: dict[tuple[object, ...], str] = field(default_factory=dict, compare=False)

    @classmethod
    def load(cls, *, region: Region, period: Period, now: datetime) -> LateMembers:
        """With the policies, in two queries."""
        return cls(region, period, now, PolicyBook.load())

    def standings(self) -> StandingQuerySet:
        """Their standings, the worst state first, then by village and name; each with its `rank` in WORST_FIRST."""
        kept = Standing.objects.filter(period=self.period) if self.period.pk else Standing.objects.none()
        owing = kept.within(self.region.scope).serving().missing()
        # Above the regency there are too many to sort; by code they come out of the index, kecamatan by kecamatan.
        village = ["village__name"] if self.region.level >= Region.Level.REGENCY else []
        if self.region.level in (Region.Level.REGENCY, Region.Level.DISTRICT):
            # The same villages once more, by their parents: or PostgreSQL sorts the names of all villages there are.
            owing = owing.filter(village__parent__code__under=self.region.code)
        rank = [] if self._shared else ["rank"]
        return owing.annotate(rank=self._rank()).order_by(
            *rank, *village, ByCode(F("village_id")), "member__name", "pk"
        )

    def in_state(self, standings: StandingQuerySet, state: State) -> StandingQuerySet:
        """Those of the standings that are in the state."""
        if self._shared:
            return standings if state == self._shared else standings.none()
        return standings.filter(rank=WORST_FIRST.index(state))  # type: ignore[misc]  # annotated above

    def count(self, standings: StandingQuerySet) -> dict[State, int]:
        """How many of the standings are in each state of WORST_FIRST, in one query."""
        if self._shared:
            found = {WORST_FIRST.index(self._shared): standings.count()}
        else:
            ranks = standings.order_by().values_list("rank")  # type: ignore[misc]
            found = dict(ranks.annotate(members=Count("pk")))
        return {state: found.get(rank, 0) for rank, state in enumerate(WORST_FIRST)}

    def view(self, standing: Standing) -> StandingView:
        """The standing in words; no query."""
        standing.period = self.period
        return view_of(standing, policy=self._policy(standing.village_id), now=self.now)

    def sentence(self, view: StandingView) -> str:
        """The view's sentence, written once for all who lack the same: of thousands there are a handful."""
        key = (
            *(view.state, view.is_serving, view.needed, view.counted, view.lesson_hours, view.hours_needed),
            *(view.days_left, view.due_on, *view.missing_courses),
        )
        if key not in self._sentences:
            self._sentences[key] = view.sentence
        return self._sentences[key]

    def _policy(self, code: str) -> Policy:
        return self.book.policy_for(code, self.period)

    def _state(self, code: str) -> State:
        """The state of who owes a training where the region `code`'s policy and clock hold."""
        return state_by_clock(days_left(self.period, code, now=self.now), self._policy(code))

    @property
    def _shared(self) -> State | None:
        """The one state of everybody here, as nearly always: no other policy below, no midnight between zones.

        None once they are overdue, for some may have been given longer.
        """
        states = {self._state(code) for code in [self.region.code, *self._places()]}
        return states.pop() if len(states) == 1 and State.OVERDUE not in states else None

    def _places(self) -> list[str]:
        """Regions below that may read the clock differently, the nearest to a village first."""
        below = [
            policy.region_id for policy in self.book.in_force(self.period) if self.region.scope.covers(policy.region_id)
        ]
        provinces = PROVINCES if self.region.level == Region.Level.NATION else []
        return sorted({*below, *provinces} - {self.region.code}, key=len, reverse=True)

    def _rank(self) -> Case | Value:
        here = _rank_of(self._state(self.region.code))
        if self._shared:
            return here
        whens = [
            When(village__code__under=code, then=self._with_extension(self._state(code))) for code in self._places()
        ]
        fallback = self._with_extension(self._state(self.region.code))
        return Case(*whens, default=fallback) if whens else fallback

    @staticmethod
    def _with_extension(state: State) -> Case | Value:
        """Who was given longer is at risk where the others are overdue, as `training.standing` tells it."""
        if state is not State.OVERDUE:
            return _rank_of(state)
        return Case(When(extended_to__isnull=False, then=_rank_of(State.AT_RISK)), default=_rank_of(state))


def _rank_of(state: State) -> Value:
    return Value(WORST_FIRST.index(state), output_field=IntegerField())
