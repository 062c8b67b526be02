"""The requirement said as plainly as DOMAIN says it: everything is counted from scratch out of what happened.

Nothing of the product is used here, neither its rule nor its dates, so that the two can only agree by both being right.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

Half = tuple[int, int]
HOURS_AHEAD = {"11": 7, "63": 8, "91": 9}  # of UTC: WIB, WITA, WIT
WESTERNMOST, EASTERNMOST = "11", "91"
NATION = "00"


def first_day(half: Half) -> date:
    return date(half[0], 1, 1) if half[1] == 1 else date(half[0], 7, 1)


def last_day(half: Half) -> date:
    return date(half[0], 6, 30) if half[1] == 1 else date(half[0], 12, 31)


def half_of(day: date) -> Half:
    return (day.year, 1) if day < date(day.year, 7, 1) else (day.year, 2)


def half_before(half: Half) -> Half:
    return half_of(first_day(half) - timedelta(days=1))


def day_in(code: str, moment: datetime) -> date:
    return (moment + timedelta(hours=HOURS_AHEAD.get(code[:2], 7))).date()


@dataclass(frozen=True)
class Rule:
    """What a policy asks for; the defaults are those of DOMAIN."""

    per_half: int = 1
    per_year: int = 2
    hours: int = 0
    grace: int = 0
    exempt_days: int = 90
    external_limit: int | None = None
    only_field: str = ""
    course: str = ""
    course_months: int | None = None
    at_risk: int = 45

    def asks_at_least_as_much_as(self, other: Rule) -> bool:
        forever = 999
        return (
            self.per_half >= other.per_half
            and self.per_year >= other.per_year
            and self.hours >= other.hours
            and self.grace <= other.grace
            and self.exempt_days >= other.exempt_days
            and (
                other.external_limit is None
                or (self.external_limit is not None and self.external_limit <= other.external_limit)
            )
            and (not other.only_field or self.only_field == other.only_field)
            and (
                not other.course
                or (self.course == other.course and (self.course_months or forever) <= (other.course_months or forever))
            )
        )


@dataclass
class Set:
    """A policy that somebody set for a region."""

    region: str
    starts_on: date
    rule: Rule
    ends_on: date | None = None


@dataclass
class Did:
    """A training that somebody had."""

    half: Half
    day: date
    kind: str
    hours: int
    field: str
    subject: str
    taken_back: bool = False


@dataclass
class Person:
    """Somebody, with all that ever concerned them; `places` says in which village each half counts them, if it does."""

    joined_on: date
    village: str
    active: bool = True
    changed_on: date = date.min  # for what day the last change was stated
    trainings: list[Did] = field(default_factory=list)
    excused: list[tuple[date, date]] = field(default_factory=list)
    longer: dict[Half, date] = field(default_factory=dict)
    places: dict[Half, tuple[str, bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """What a half asks of somebody and what they have done."""

    village: str = ""
    serving: bool = False
    needed: int = 0
    counted: int = 0
    hours: Decimal = Decimal(0)
    met: bool = False
    exempt: bool = False
    extended: bool = False
    lacks_course: bool = False
    met_on: date | None = None


class Reference:
    """Everybody and every policy, and the moment it is now."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people: list[Person] = []
        self.policies: list[Set] = []

    # --- who is counted where -----------------------------------------------------------------

    def is_over(self, half: Half, code: str) -> bool:
        return day_in(code, self.now) > last_day(half)

    def running(self) -> set[Half]:
        return {half_of(day_in(code, self.now)) for code in HOURS_AHEAD}

    def place(self, person: Person, half: Half) -> None:
        """Count the person in the half where they are now; a half that is over there keeps what it has."""
        held = person.places.get(half)
        if (held or person.active) and not self.is_over(half, held[0] if held else person.village):
            person.places[half] = (person.village, person.active and person.joined_on <= last_day(half))

    def settle(self, person: Person) -> None:
        for half in {*person.places, half_of(day_in(person.village, self.now))}:
            self.place(person, half)

    def open_halves(self) -> None:
        """What the scheduler does: everybody who serves is counted in every half that runs anywhere."""
        for person in self.people:
            for half in self.running():
                if half in person.places:
                    self.place(person, half)
                elif person.active and person.joined_on <= last_day(half) and not self.is_over(half, person.village):
                    person.places[half] = (person.village, True)

    # --- which policy holds -------------------------------------------------------------------

    def of_region(self, region: str, half: Half) -> Rule | None:
        day = first_day(half)
        held = [p for p in self.policies if p.region == region and p.starts_on <= day and (p.ends_on or day) >= day]
        return max(held, key=lambda policy: policy.starts_on).rule if held else None

    def rule_for(self, code: str, half: Half) -> Rule:
        holds = self.of_region(NATION, half) or Rule()
        for length in (2, 5, 8, 13):
            own = self.of_region(code[:length], half) if len(code) >= length else None
            if own and own.asks_at_least_as_much_as(holds):
                holds = own
        return holds

    # --- what is owed and done ----------------------------------------------------------------

    def counting(self, person: Person, half: Half, rule: Rule) -> list[Did]:
        done, externals = [], 0
        for did in sorted(person.trainings, key=lambda did: did.day):
            if did.taken_back or did.half != half:
                continue
            if rule.only_field and did.field and did.field != rule.only_field:
                continue
            if did.kind == "external" and rule.external_limit is not None:
                if externals >= rule.external_limit:
                    continue
                externals += 1
            done.append(did)
        return done

    def owed(self, person: Person, half: Half, rule: Rule) -> int:
        if person.joined_on >= first_day(half):
            return 0
        if half[1] == 1 or person.joined_on.year == half[0]:
            return rule.per_half
        spare = len(self.counting(person, (half[0], 1), rule)) - rule.per_half
        return rule.per_half + max(0, rule.per_year - 2 * rule.per_half - max(0, spare))

    def excused(self, person: Person, half: Half, rule: Rule) -> bool:
        if not person.excused:
            return False
        day, days = first_day(half), 0
        while day <= last_day(half):
            days += any(first <= day <= last for first, last in person.excused)
            day += timedelta(days=1)
        return days >= rule.exempt_days

    def course_holds(self, person: Person, half: Half, rule: Rule) -> bool:
        if not rule.course:
            return True
        taken = [
            did.day
            for did in person.trainings
            if did.subject == rule.course and not did.taken_back and (did.day <= last_day(half) or did.half <= half)
        ]
        if not taken or rule.course_months is None:
            return bool(taken)
        return max(taken) + relativedelta(months=rule.course_months) > last_day(half)

    def due(self, person: Person, half: Half) -> Due:
        """The person's standing in the half; whoever is not counted in it owes it nothing."""
        village, serving = person.places.get(half, (person.village, False))
        rule = self.rule_for(village, half)
        done = self.counting(person, half, rule)
        hours = Decimal(sum(did.hours for did in done))
        needed = self.owed(person, half, rule) if serving else 0
        exempt = needed > 0 and self.excused(person, half, rule)
        if exempt:
            needed = 0
        lacks_course = needed > 0 and not self.course_holds(person, half, rule)
        enough = len(done) >= needed and hours >= rule.hours and not lacks_course
        met = needed > 0 and enough
        until = person.longer.get(half)
        extended = needed > 0 and not met and until is not None and until >= day_in(village, self.now)
        days = sorted(did.day for did in person.trainings if did.half == half and not did.taken_back)
        met_on = days[needed - 1] if met else None
        return Due(village, serving, needed, len(done), hours, met, exempt, extended, lacks_course, met_on)

    def counts_in(self, person: Person, moment: datetime, subject: str) -> Half:
        """The half of a training: its own, or the one before while that is owed and time is left for it."""
        day = day_in(person.village, moment)
        half = half_of(day)
        late = half_before(half)
        if late not in person.places:
            return half
        due = self.due(person, late)
        has_it = any(did.subject == subject and did.half == late and not did.taken_back for did in person.trainings)
        if due.needed == 0 or due.met or (subject and has_it):
            return half
        in_grace = day <= last_day(late) + timedelta(days=self.rule_for(due.village, late).grace)
        return late if in_grace or person.longer.get(late, date.min) >= day else half

    def year_met(self, person: Person, half: Half) -> bool:
        """Whether they met this second half, and all that they owed the first one of the year."""
        if half[1] == 1 or not self.due(person, half).met:
            return False
        first = self.due(person, (half[0], 1))
        return first.met or first.needed == 0

    def state(self, person: Person, half: Half) -> str:
        """In a word; of those who owe, the clock of their village tells it, and until when they were given time."""
        due, rule = self.due(person, half), self.rule_for(person.places[half][0], half)
        if due.exempt:
            return "exempt"
        if due.needed == 0:
            return "not_required"
        if due.met:
            return "met"
        today, end = day_in(due.village, self.now), last_day(half)
        if today > end + timedelta(days=rule.grace):
            return "at_risk" if due.extended else "overdue"
        return "at_risk" if end - today <= timedelta(days=rule.at_risk) else "unmet"

    # --- a village ----------------------------------------------------------------------------

    def tallies(self, half: Half) -> dict[str, tuple[int, ...]]:
        """Members, required, met, exempt, extended and met all year of each village in which somebody is counted."""
        counted = [person for person in self.people if half in person.places]
        dues = [self.due(person, half) for person in counted]
        all_year = [self.due(person, half).village for person in counted if self.year_met(person, half)]
        return {
            village: (
                sum(due.serving for due in dues if due.village == village),
                sum(due.needed > 0 for due in dues if due.village == village),
                sum(due.met for due in dues if due.village == village),
                sum(due.exempt for due in dues if due.village == village),
                sum(due.extended for due in dues if due.village == village),
                all_year.count(village),
            )
            for village in {due.village for due in dues}
        }

    def by_province(self, half: Half) -> dict[str, tuple[int, ...]]:
        """Members, then who met the half, still has time, is at risk, overdue and exempt, in each province."""
        found: dict[str, list[int]] = {}
        words = ("met", "unmet", "at_risk", "overdue", "exempt")
        for person in self.people:
            if half in person.places:
                numbers = found.setdefault(person.places[half][0][:2], [0] * (1 + len(words)))
                numbers[0] += person.places[half][1]
                state = self.state(person, half)
                if state in words:
                    numbers[1 + words.index(state)] += 1
        return {province: tuple(numbers) for province, numbers in found.items()}
