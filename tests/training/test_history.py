"""Random histories through the real services against a plain reference that counts everything from scratch.

`HISTORIES=2000 pytest tests/training/test_history.py` hunts with as many, and `SHRINK=1` makes what fails small.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from members.corrections import Correction
from members.errors import DayImpossible, NothingCorrected, NotServing
from members.models import Member, User
from regions.models import Region
from regions.services import load_regions
from tests.factories import ELSEWHERE, REGION_NAMES, EvidenceFactory, MemberFactory, UserFactory
from tests.training.plain_reference import (
    EASTERNMOST,
    HOURS_AHEAD,
    WESTERNMOST,
    Did,
    Half,
    Person,
    Reference,
    Rule,
    Set,
    day_in,
    first_day,
    half_of,
    last_day,
)
from training.closing import close_period
from training.errors import (
    ExtensionOutOfRange,
    NoLongerActive,
    NothingToExtend,
    PeriodClosed,
    PeriodStillRuns,
    PolicyLooser,
    PolicyTaken,
)
from training.evidence_services import approve_evidence, refuse_evidence
from training.exemption_services import (
    ask_exemption,
    ask_extension,
    grant_exemption,
    grant_extension,
    withdraw_exemption,
)
from training.membership import correct_member, end_service, move_member, reinstate
from training.models import (
    ClosedTally,
    Exemption,
    Extension,
    Period,
    Policy,
    PolicyCourse,
    Standing,
    TrainingRecord,
    VillageTally,
)
from training.periods import current_periods
from training.policies import PolicyBook
from training.policy_services import coming_halves, set_policy, withdraw_policy
from training.reconciliation import reconcile
from training.services import lapse_extensions, open_period, record_training, refresh_standing, reverse_training
from training.standing import view_of
from training.summaries import children_figures

pytestmark = pytest.mark.django_db
HISTORIES = int(os.environ.get("HISTORIES", "14"))
PHASES = [phase for phase in Phase if phase is not Phase.shrink or "SHRINK" in os.environ]
VILLAGES = ["63.11.01.2001", "63.11.01.2002", "63.09.01.2001", "11.01.01.2001", "91.03.01.2001"]
BEGINNINGS = [
    datetime(2026, 3, 1, 1, tzinfo=UTC),
    datetime(2026, 6, 29, 20, tzinfo=UTC),
    datetime(2026, 12, 20, 5, tzinfo=UTC),
    datetime(2028, 2, 28, 20, tzinfo=UTC),  # the day before a leap day, or already on it
]
RULES = [
    Rule(),
    Rule(grace=30, exempt_days=60, external_limit=1, at_risk=0),
    Rule(per_year=4, grace=30, only_field="kesemaptaan", at_risk=150),
    Rule(per_half=2, per_year=5, hours=6, grace=30, at_risk=7),
    Rule(hours=8, external_limit=1, only_field="kesemaptaan"),
    Rule(course="course:1", course_months=12, grace=30),
    Rule(at_risk=180),  # no stricter, so that it may hold anywhere below
    Rule(course="course:1", per_year=3, exempt_days=120, only_field="kesemaptaan"),
]

who = st.sampled_from([0, 0, 0, 0, 1, 1, 2, 3, 4, 5])  # much happens to few, so that it meets
village = st.sampled_from(VILLAGES)
moment_ago = st.sampled_from(
    [timedelta(), timedelta(hours=3), timedelta(days=20), timedelta(days=190), timedelta(days=400)]
)
training = st.tuples(
    st.sampled_from(["online", "external", "external"]),
    st.sampled_from([2, 4, 8]),
    st.sampled_from(["", "kesemaptaan", "kesemaptaan", "bencana_kebakaran"]),
    st.sampled_from(["", "", "course:1"]),
)
step = st.one_of(
    st.tuples(st.just("join"), village, st.sampled_from([0, 1, 40, 200, 900, -1])),
    *(st.tuples(st.just("train"), who, st.just(timedelta()), training) for _often in range(4)),
    st.tuples(st.just("train"), who, moment_ago, training),
    st.tuples(st.just("evidence"), who, moment_ago, training),
    st.tuples(st.just("evidence_taken_along"), who, village, training),
    st.tuples(st.just("refused"), who),
    st.tuples(st.just("reverse"), who, st.integers(0, 9)),
    st.tuples(st.just("move"), who, village),
    st.tuples(st.just("leave"), who),  # retirement and death alike
    st.tuples(st.just("come_back"), who),
    st.tuples(st.just("correct"), who, st.sampled_from([10, 200, 700])),
    st.tuples(st.just("born"), who, st.sampled_from([date(1960, 2, 29), date(2012, 5, 20)])),
    st.tuples(st.just("excuse"), who, st.sampled_from([-120, -30, 0, 30]), st.sampled_from([10, 70, 100, 300])),
    st.tuples(st.just("excuse_no_more"), who),
    st.tuples(st.just("extend"), who, st.sampled_from([5, 30, 90])),
    st.tuples(st.just("set"), st.sampled_from(["00", "63", "63.11"]), st.integers(0, 1), st.sampled_from(RULES)),
    st.tuples(st.just("withdraw"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from([1, 24, 24 * 20, 24 * 60, 24 * 100])),
    st.tuples(
        st.just("wait_for_the_border"),
        st.sampled_from(sorted(HOURS_AHEAD)),
        st.sampled_from([-1, 0, 3600, 15 * 24 * 3600]),
    ),
    st.tuples(st.just("wait_until_left"), st.sampled_from([180, 150, 45, 7, 0])),
    st.tuples(st.just("close")),
)


class History:
    """Plays each step on the product and on the reference alike, and lets the scheduler run after it."""

    def __init__(self, now: datetime, set_clock: Callable[[datetime], None]) -> None:
        self.reference = Reference(now)
        self.set_clock = set_clock
        self.members: list[Member] = []
        self.records: dict[int, list[tuple[TrainingRecord, Did]]] = {}
        self.frozen: dict[Half, dict[str, tuple[int, ...]]] = {}
        self.serial = 0
        self.admin: User = UserFactory(is_superuser=True)
        set_clock(now)

    @property
    def now(self) -> datetime:
        return self.reference.now

    def play(self, action: str, *facts: Any) -> None:
        if action in ("join", "set", "withdraw", "wait", "wait_for_the_border", "wait_until_left", "close"):
            getattr(self, action)(*facts)
        elif self.members:
            number = facts[0] % len(self.members)
            getattr(self, action)(self.members[number], self.reference.people[number], *facts[1:])
        if action in ("join", "move", "come_back", "evidence_taken_along") or action.startswith("wait"):
            self.scheduler()  # after anything else it finds nothing to do, for services leave nothing to it
        self.compare()
        if action in ("extend", "set", "withdraw") or action.startswith("wait"):
            self.compare_what_the_clock_says()

    def scheduler(self) -> None:
        for period in current_periods(now=self.now):
            open_period(period=period, now=self.now)
        lapse_extensions(now=self.now)
        self.reference.open_halves()

    # --- steps --------------------------------------------------------------------------------

    def join(self, code: str, days_ago: int) -> None:
        joined_on = date(2024, 2, 29) if days_ago < 0 else day_in(code, self.now) - timedelta(days=days_ago)
        member = MemberFactory(user=None, joined_on=joined_on, village_id=code)
        refresh_standing(member=member)
        person = Person(joined_on, code)
        self.members.append(member)
        self.records[member.pk] = []
        self.reference.people.append(person)
        self.reference.settle(person)

    def train(self, member: Member, person: Person, ago: timedelta, facts: tuple[str, int, str, str]) -> None:
        kind, hours, field, subject = facts
        self.serial += 1
        row = {"kind": kind, "lesson_hours": hours, "field": field, "subject": subject, "title": "Pelatihan"}
        half = self.reference.counts_in(person, self.now - ago, subject)
        for _twice in range(2):
            record = record_training(member=member, source=f"test:{self.serial}", completed_at=self.now - ago, **row)
        self.did(member, person, record, Did(half, day_in(person.village, self.now - ago), *facts))

    def evidence(
        self, member: Member, person: Person, ago: timedelta, facts: tuple[str, int, str, str], to: str = ""
    ) -> None:
        """Entered, and approved by the village they live in then: with `to` they move before it is."""
        day = day_in(person.village, self.now - ago)
        field = facts[2] or "kesemaptaan"
        entered = EvidenceFactory(
            imported=True, member=member, entered_by=UserFactory(), completed_on=day, lesson_hours=facts[1], field=field
        )
        if to:
            self.move(member, person, to)
        noon = datetime.combine(day, time(12), timezone(timedelta(hours=HOURS_AHEAD[person.village[:2]])))
        half = self.reference.counts_in(person, noon, "")
        record = approve_evidence(evidence=entered, by=self.admin).record
        assert record is not None
        self.did(member, person, record, Did(half, day, "external", facts[1], field, ""))

    def evidence_taken_along(self, member: Member, person: Person, code: str, facts: tuple[str, int, str, str]) -> None:
        self.evidence(member, person, timedelta(days=20), facts, to=code)

    def refused(self, member: Member, person: Person) -> None:
        """Nothing of it ever counts."""
        entered = EvidenceFactory(imported=True, member=member, entered_by=UserFactory())
        refuse_evidence(evidence=entered, by=self.admin, reason="Tidak terbaca")

    def born(self, member: Member, person: Person, day: date) -> None:
        """The duty hangs on membership, not on age."""
        self.put_right(member, birth_date=day)

    def did(self, member: Member, person: Person, record: TrainingRecord, did: Did) -> None:
        assert (record.period.year, record.period.half) == did.half
        person.trainings.append(did)
        self.records[member.pk].append((record, did))
        self.reference.settle(person)

    def reverse(self, member: Member, person: Person, number: int) -> None:
        left = [(record, did) for record, did in self.records[member.pk] if not did.taken_back]
        if left:
            record, did = left[number % len(left)]
            reverse_training(record=record, reason="Keliru", by=self.admin)
            did.taken_back = True

    def move(self, member: Member, person: Person, code: str) -> None:
        village = Region.objects.get(pk=code)
        if not person.active:
            with pytest.raises(NotServing):
                move_member(member=member, village=village, **self.by_the_admin(person))
        elif code != person.village:
            move_member(member=member, village=village, **self.by_the_admin(person))
            person.village = code
            self.changed(member, person)

    def leave(self, member: Member, person: Person) -> None:
        if person.active:
            end_service(member=member, kind="died", **self.by_the_admin(person))
            person.active = False
            self.changed(member, person)

    def come_back(self, member: Member, person: Person) -> None:
        if not person.active:
            reinstate(member=member, **self.by_the_admin(person))
            person.active = True
            self.changed(member, person)

    def by_the_admin(self, person: Person) -> dict[str, Any]:
        """Today, or the day of the last change where that is tomorrow by the clock of the new village."""
        person.changed_on = max(day_in(person.village, self.now), person.changed_on, person.joined_on)
        return {"by": self.admin, "on": person.changed_on, "reason": "Sebabnya"}

    def changed(self, member: Member, person: Person) -> None:
        member.refresh_from_db()
        self.reference.settle(person)

    def correct(self, member: Member, person: Person, days_ago: int) -> None:
        """The decree says another day: every half is judged again."""
        day = day_in(person.village, self.now) - timedelta(days=days_ago)
        if self.put_right(member, joined_on=day):
            person.joined_on = day
            self.reference.settle(person)

    def put_right(self, member: Member, **changes: Any) -> bool:
        """Whether it was another value, and a possible one."""
        correction = Correction(**{**vars(Correction.of(member)), **changes})
        try:
            correct_member(member=member, by=self.admin, correction=correction, reason="SK", married=True)
        except (DayImpossible, NothingCorrected):
            return False
        member.refresh_from_db()
        return True

    def excuse(self, member: Member, person: Person, from_now: int, days: int) -> None:
        first = day_in(person.village, self.now) + timedelta(days=from_now)
        span = (first, first + timedelta(days=days))
        if span in person.excused:
            return
        facts = {"kind": "illness", "starts_on": span[0], "ends_on": span[1], "reason": "Sakit", "by": UserFactory()}
        if not person.active:
            with pytest.raises(NoLongerActive):
                ask_exemption(members=[member], **facts)
            return
        (asked,) = ask_exemption(members=[member], **facts)
        grant_exemption(exemption=asked, by=self.admin)
        person.excused.append(span)

    def excuse_no_more(self, member: Member, person: Person) -> None:
        if person.excused:
            first, last = person.excused.pop()
            granted = Exemption.objects.granted().get(member=member, starts_on=first, ends_on=last)
            withdraw_exemption(exemption=granted, by=self.admin, reason="Sudah sehat")

    def extend(self, member: Member, person: Person, days: int) -> None:
        """Longer for the oldest half that is owed, to who serves."""
        owed = [h for h in sorted(person.places) if (due := self.reference.due(person, h)).needed and not due.met]
        half = owed[0] if owed else half_of(day_in(person.village, self.now))
        period = Period.objects.get(year=half[0], half=half[1])
        if Extension.objects.filter(member=member, period=period).exists():
            return
        until = last_day(half) + timedelta(days=days)
        ask = {"member": member, "period": period, "until": until, "reason": "Melaut", "by": UserFactory()}
        if not owed or not person.active:
            with pytest.raises(NothingToExtend):
                ask_extension(**ask)
        elif until <= day_in(person.village, self.now):
            with pytest.raises(ExtensionOutOfRange):
                ask_extension(**ask)
        else:
            grant_extension(extension=ask_extension(**ask), by=self.admin)
            person.longer[half] = until

    def set(self, region: str, ahead: int, rule: Rule) -> None:
        coming = coming_halves(now=self.now)[ahead]
        half = (coming.year, coming.half)
        asked = Policy(
            region_id=region,
            starts_on=first_day(half),
            per_half=rule.per_half,
            per_year=rule.per_year,
            hours_per_half=Decimal(rule.hours),
            grace_days=rule.grace,
            at_risk_days=rule.at_risk,
            exempt_days=rule.exempt_days,
            training_fields=[rule.only_field] if rule.only_field else [],
            limits={} if rule.external_limit is None else {"external": rule.external_limit},
        )
        courses = (
            [PolicyCourse(subject=rule.course, title="Wajib", valid_months=rule.course_months)] if rule.course else []
        )
        above = self.reference.rule_for({"00": "", "63": "00", "63.11": "63"}[region], half)
        if region != "00" and not rule.asks_at_least_as_much_as(above):
            with pytest.raises(PolicyLooser):
                set_policy(policy=asked, courses=courses, now=self.now)
        elif any(p.region == region and p.starts_on == first_day(half) for p in self.reference.policies):
            with pytest.raises(PolicyTaken):
                set_policy(policy=asked, courses=courses, now=self.now)
        else:
            set_policy(policy=asked, courses=courses, now=self.now)
            self.reference.policies.append(Set(region, first_day(half), rule))

    def withdraw(self, number: int) -> None:
        if not self.reference.policies:
            return
        chosen = self.reference.policies[number % len(self.reference.policies)]
        stored = Policy.objects.get(region_id=chosen.region, starts_on=chosen.starts_on)
        withdraw_policy(policy=stored, now=self.now)
        today = day_in(EASTERNMOST, self.now + timedelta(minutes=5))
        if chosen.starts_on > today:
            self.reference.policies.remove(chosen)
            return
        end = last_day(half_of(today))
        for policy in self.reference.policies:
            if policy.region == chosen.region and policy.starts_on <= today and (policy.ends_on or date.max) > end:
                policy.ends_on = end

    def wait(self, hours: int) -> None:
        self.reference.now += timedelta(hours=hours)
        self.set_clock(self.now)

    def wait_for_the_border(self, code: str, seconds: int) -> None:
        border = last_day(half_of(day_in(code, self.now))) + timedelta(days=1)
        zone = timezone(timedelta(hours=HOURS_AHEAD[code]))
        moment = datetime.combine(border, time(), zone).astimezone(UTC) + timedelta(seconds=seconds)
        if moment > self.now:
            self.reference.now = moment
            self.set_clock(moment)

    def wait_until_left(self, days: int) -> None:
        """A day on which somebody may begin to be at risk: so many are left of the half that runs in Jakarta."""
        day = last_day(half_of(day_in(WESTERNMOST, self.now))) - timedelta(days=days)
        if (moment := datetime.combine(day, time(5), UTC)) > self.now:
            self.reference.now = moment
            self.set_clock(moment)

    def close(self) -> None:
        """The oldest half that is not closed."""
        period = Period.objects.filter(closed_at__isnull=True).order_by("year", "half").first()
        if period is None:
            return
        half = (period.year, period.half)
        if day_in(WESTERNMOST, self.now) > last_day(half) + timedelta(days=20):
            close_period(period=period, by=self.admin, now=self.now)
        else:  # it may still run, or its days of grace may
            with suppress(PeriodStillRuns):
                close_period(period=period, by=self.admin, now=self.now)
                assert self.reference.is_over(half, WESTERNMOST)
        period.refresh_from_db()
        if period.is_closed:
            self.frozen[half] = self.reference.tallies(half)
            with pytest.raises(PeriodClosed):
                close_period(period=period, by=self.admin, now=self.now)

    # --- the two beside each other ------------------------------------------------------------

    def compare(self) -> None:
        halves = {half for person in self.reference.people for half in person.places}
        stored = {(s.period.year, s.period.half, s.member_id): s for s in Standing.objects.select_related("period")}
        kept, closed = tallies(VillageTally), tallies(ClosedTally)
        for half in halves:
            self.compare_standings(half, stored)
            assert kept.get(half, {}) == nonzero(self.reference.tallies(half)), half
        for half, figures in self.frozen.items():
            assert closed.get(half, {}) == nonzero(figures), half
        places = sum(serving for person in self.reference.people for _village, serving in person.places.values())
        assert sum(standing.is_serving for standing in stored.values()) == places

    def compare_standings(self, half: Half, stored: dict[tuple[int, int, int], Standing]) -> None:
        for member, person in zip(self.members, self.reference.people, strict=True):
            standing = stored.get((*half, member.pk))
            if half not in person.places:
                assert standing is None or (standing.is_serving, standing.needed) == (False, 0)
                continue
            due = self.reference.due(person, half)
            assert standing is not None, (half, due)
            assert (standing.village_id, standing.is_serving) == (due.village, due.serving), half
            assert bool(standing.missing_courses) == due.lacks_course, (half, due)
            assert (standing.needed, standing.counted) == (due.needed, due.counted), (half, due)
            done = standing.lesson_hours, standing.is_met, standing.met_on, standing.is_exempt
            assert done == (due.hours, due.met, due.met_on, due.exempt), half

    def compare_what_the_clock_says(self) -> None:
        """Each member's state in a word, and how many are in which one."""
        book, nation = PolicyBook.load(), Region.objects.get(pk="00")
        people = dict(zip((member.pk for member in self.members), self.reference.people, strict=True))
        by_half: dict[Period, list[Standing]] = {}
        for standing in Standing.objects.select_related("period"):
            by_half.setdefault(standing.period, []).append(standing)
        for period, standings in by_half.items():
            half = (period.year, period.half)
            for standing in standings:
                if half in people[standing.member_id].places:
                    policy = book.policy_for(standing.village_id, period)
                    state = view_of(standing, policy=policy, now=self.now).state
                    assert state == self.reference.state(people[standing.member_id], half), half
            found = children_figures(region=nation, period=period, now=self.now)
            parts = {code: (f.members, f.met, f.unmet, f.at_risk, f.overdue, f.exempt) for code, f in found.items()}
            assert nonzero(parts) == nonzero(self.reference.by_province(half)), half


def tallies(model: type[VillageTally] | type[ClosedTally]) -> dict[Half, dict[str, tuple[int, ...]]]:
    """By half and village, but for those without anybody."""
    names = ("members", "required", "met", "exempt", "extended", "year_met")
    found: dict[Half, dict[str, tuple[int, ...]]] = {}
    for year, half, code, *numbers in model.objects.values_list("period__year", "period__half", "village_id", *names):
        found.setdefault((year, half), {})[code] = tuple(numbers)
    return {half: nonzero(figures) for half, figures in found.items()}


def nonzero(figures: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    return {code: numbers for code, numbers in figures.items() if any(numbers)}


@pytest.mark.long
@settings(max_examples=HISTORIES, phases=PHASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    beginning=st.sampled_from(BEGINNINGS),
    rule=st.sampled_from(RULES),
    below=st.sampled_from(RULES),
    steps=st.lists(step, min_size=12, max_size=40),
)
def test_standings_and_tallies_equal_a_plain_count(
    regions: None,
    beginning: datetime,
    rule: Rule,
    below: Rule,
    steps: list[tuple[Any, ...]],
    monkeypatch: pytest.MonkeyPatch,
):
    with transaction.atomic():
        load_regions(names={**REGION_NAMES, **ELSEWHERE}, today=date(2025, 1, 1))
        set_clock = lambda now: monkeypatch.setattr("django.utils.timezone.now", lambda: now)  # noqa: E731
        history = History(beginning - timedelta(days=180), set_clock)
        history.play("set", "00", 0, rule)  # only the nation may ask for less than the defaults do
        history.play("set", "63.11", 0, below)
        for code, days_ago in zip(VILLAGES, (900, 20, 0), strict=False):
            history.play("join", code, days_ago)
        history.play("wait", 24 * 180)
        for action, *facts in steps:
            history.play(str(action), *facts)
        history.compare_what_the_clock_says()
        found = reconcile(now=history.now)
        assert (found.differences, found.left) == ([], [])
        transaction.set_rollback(True)
