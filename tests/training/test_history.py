"""Random histories of a few villages against a plain reference that counts everything from scratch."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import Member
from tests.factories import MemberFactory, PeriodFactory, make_regions
from training.models import Policy, Standing, TrainingRecord, VillageTally
from training.reconciliation import reconcile
from training.services import open_period, record_training, refresh_standing

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
VILLAGES = ["63.11.01.2001", "63.11.01.2002", "63.11.02.2001"]
JOINED = [date(2020, 1, 1), date(2026, 2, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 11, 1)]
FINISHED = [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC), NOW]


@dataclass
class Person:
    joined_on: date
    village: str
    active: bool = True
    halves: list[int] = field(default_factory=list)  # one entry a counted training


def owed(person: Person, per_year: int, per_half: int) -> int:
    """What the member owes the second half of 2026, said as plainly as DOMAIN says it."""
    if not person.active or person.joined_on >= date(2026, 7, 1):
        return 0
    if person.joined_on >= date(2026, 1, 1):
        return per_half
    beyond_the_halves = per_year - per_half - per_half
    already_paid = max(0, person.halves.count(1) - per_half)
    return per_half + max(0, beyond_the_halves - already_paid)


step = st.one_of(
    st.tuples(st.just("join"), st.sampled_from(JOINED), st.sampled_from(VILLAGES)),
    st.tuples(st.just("train"), st.integers(0, 5), st.sampled_from(FINISHED), st.integers(0, 6)),
    st.tuples(st.just("leave"), st.integers(0, 5)),
    st.tuples(st.just("return"), st.integers(0, 5)),
    st.tuples(st.just("move"), st.integers(0, 5), st.sampled_from(VILLAGES)),
    st.tuples(st.just("open")),
)


class History:
    """Plays steps on the product and on the reference alike."""

    def __init__(self) -> None:
        self.people: list[tuple[Member, Person]] = []
        self.sources: set[str] = set()

    def play(self, action: str, *facts: object) -> None:
        if action == "join":
            self.join(*facts)  # type: ignore[arg-type]
        elif action == "open":
            open_period(period=PeriodFactory(), now=NOW)
        elif self.people:
            number, *rest = facts
            getattr(self, f"{action}_")(*self.people[number % len(self.people)], *rest)  # type: ignore[operator]

    def join(self, joined_on: date, village: str) -> None:
        member = MemberFactory(user=None, joined_on=joined_on, village_id=village)
        refresh_standing(member=member, now=NOW)
        self.people.append((member, Person(joined_on, village)))

    def train_(self, member: Member, person: Person, finished: datetime, number: int) -> None:
        source = f"course:{number}:{member.pk}"
        record_training(
            member=member, source=source, kind="online", title="Dasar", lesson_hours=4, completed_at=finished
        )
        if source not in self.sources:
            person.halves.append(1 if finished < datetime(2026, 6, 30, 16, tzinfo=UTC) else 2)
        self.sources.add(source)

    def leave_(self, member: Member, person: Person) -> None:
        person.active = False
        self._store(member, person)

    def return_(self, member: Member, person: Person) -> None:
        person.active = True
        self._store(member, person)

    def move_(self, member: Member, person: Person, village: str) -> None:
        person.village = village
        self._store(member, person)

    def _store(self, member: Member, person: Person) -> None:
        member.status = Member.Status.ACTIVE if person.active else Member.Status.INACTIVE
        member.village_id = person.village
        member.save()
        refresh_standing(member=member, now=NOW)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(step, min_size=1, max_size=25),
    policy=st.sampled_from([(2, 1), (4, 1), (5, 2)]),
)
def test_standings_and_tallies_equal_a_plain_count(
    steps: list[tuple[object, ...]], policy: tuple[int, int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("training.services.timezone.now", lambda: NOW)
    for model in (VillageTally, Standing):
        model.objects.all().delete()
    TrainingRecord.objects.all()._raw_delete("default")
    Member.objects.all().delete()
    make_regions()
    per_year, per_half = policy
    Policy.objects.update_or_create(region_id="63", defaults={"per_year": per_year, "per_half": per_half})
    history = History()
    for action, *facts in steps:
        history.play(str(action), *facts)

    for member, person in history.people:
        standing = Standing.objects.get(member=member, period__half=2)
        assert standing.counted == person.halves.count(2)
        assert standing.needed == owed(person, per_year, per_half)
    for village in VILLAGES:
        here = [p for _m, p in history.people if p.village == village]
        dues = [(owed(p, per_year, per_half), p.halves.count(2)) for p in here]
        tally = VillageTally.objects.filter(village=village, period__half=2).first() or VillageTally()
        assert tally.members == sum(p.active for p in here)
        assert tally.required == sum(need > 0 for need, _done in dues)
        assert tally.met == sum(done >= need > 0 for need, done in dues)
    assert reconcile(now=NOW).differences == []
