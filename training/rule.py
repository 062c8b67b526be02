"""The rule: what a member owes a half, which trainings count for it, and what is still missing. No queries."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from training.models import Exemption, Period, Policy, PolicyCourse
from training.periods import half_of


@dataclass(frozen=True)
class Training:
    """A row of the ledger as the rule sees it; `half` is (year, half) of the period it counts in."""

    kind: str
    lesson_hours: Decimal
    completed_on: date
    half: tuple[int, int]
    field: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Verdict:
    """What the half asks of a member and what they have done for it; `missing_courses` are titles.

    `enough_on` is the day of the training with which they had as many in the half as it needs, counted or not.
    """

    needed: int = 0
    counted: int = 0
    lesson_hours: Decimal = Decimal(0)
    hours_needed: Decimal = Decimal(0)
    missing_courses: list[str] = field(default_factory=list)
    is_exempt: bool = False
    enough_on: date | None = None

    @property
    def met_on(self) -> date | None:
        """The day that is told for having met the requirement, None while it is not met."""
        return self.enough_on if self.is_met else None

    @property
    def is_met(self) -> bool:
        """Whether the member owed something and has all of it."""
        return (
            self.needed > 0
            and self.counted >= self.needed
            and self.lesson_hours >= self.hours_needed
            and not self.missing_courses
        )


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


def countable(policy: Policy, trainings: Iterable[Training]) -> list[Training]:
    """The trainings of one half that the policy counts, the earliest first.

    A training outside the policy's fields does not count; one without a field (entered before fields were kept)
    does. Of a limited kind the earliest ones count, and of one day those that come first.
    """
    seen: Counter[str] = Counter()
    counted = []
    for training in sorted(trainings, key=lambda training: training.completed_on):
        if policy.training_fields and training.field and training.field not in policy.training_fields:
            continue
        limit = policy.limit_of(training.kind)
        if limit is not None and seen[training.kind] >= limit:
            continue
        seen[training.kind] += 1
        counted.append(training)
    return counted


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day where it has no such day (29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def valid_until(course: PolicyCourse, trainings: Iterable[Training]) -> date | None:
    """The last day on which a compulsory course holds: `date.max` for ever, None if it was never done."""
    done = [training.completed_on for training in trainings if training.subject == course.subject]
    if not done:
        return None
    if course.valid_months is None:
        return date.max
    return months_after(max(done), course.valid_months) - timedelta(days=1)


def renewable_from(course: PolicyCourse, trainings: Iterable[Training]) -> date | None:
    """The day from which doing a compulsory course again is asked for; None while that is not in sight.

    `window_days` before it ends, but no later than the first day of the half that `missing_courses` says lacks it:
    the first half whose last day it does not reach, so the one in which the day after its end lies.
    """
    until = valid_until(course, trainings)
    if until is None or until == date.max:
        return None
    year, half = half_of(until + timedelta(days=1))
    return min(until - timedelta(days=course.window_days), Period(year=year, half=half).first_day)


def missing_courses(policy: Policy, period: Period, trainings: Sequence[Training]) -> list[str]:
    """Titles of compulsory courses that do not hold until the half's last day."""
    titles = []
    # What was done in the days of grace, or of an extension, counts in the half although it lies after it.
    done = [t for t in trainings if t.completed_on <= period.last_day or t.half <= (period.year, period.half)]
    for course in policy.compulsory:
        until = valid_until(course, done)
        if until is None or until < period.last_day:
            titles.append(course.title)
    return titles


def is_exempt(policy: Policy, period: Period, exemptions: Iterable[Exemption]) -> bool:
    """Whether granted exemptions cover `exempt_days` or more of the half's days; days covered twice count once."""
    days: set[date] = set()
    for exemption in exemptions:
        first = max(exemption.starts_on, period.first_day)
        days.update(first + timedelta(n) for n in range(exemption.days_within(period.first_day, period.last_day)))
    return len(days) >= policy.exempt_days


def judge(
    *,
    policy: Policy,
    period: Period,
    joined_on: date | None,
    trainings: Sequence[Training],
    exemptions: Iterable[Exemption] = (),
) -> Verdict:
    """The verdict over an active member; `trainings` are all they did in the period's year and, where the policy has
    compulsory courses, whenever they did those.

    An exempted member owes the half nothing: not its trainings, not its hours, not its courses. Hours and courses
    are asked of those only who owe trainings.
    """
    half = (period.year, period.half)
    here = [training for training in trainings if training.half == half]
    counted = countable(policy, here)
    hours = sum((training.lesson_hours for training in counted), Decimal(0))
    first_half = countable(policy, (t for t in trainings if t.half == (period.year, 1))) if period.half == 2 else ()
    need = needed(policy=policy, period=period, joined_on=joined_on, counted_first_half=len(first_half))
    if not need:
        return Verdict(counted=len(counted), lesson_hours=hours)
    if is_exempt(policy, period, exemptions):
        return Verdict(counted=len(counted), lesson_hours=hours, is_exempt=True)
    return Verdict(
        needed=need,
        counted=len(counted),
        lesson_hours=hours,
        hours_needed=policy.hours_per_half,
        missing_courses=missing_courses(policy, period, trainings),
        enough_on=sorted(training.completed_on for training in here)[need - 1] if len(here) >= need else None,
    )
