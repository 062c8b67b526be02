"""What lies before a member: what one more training would do for the half it counts in, and which courses end when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.models import Member
from regions.timezones import local_date
from training.books import assess_one
from training.facts import Facts
from training.models import Period, Standing, TrainingRecord
from training.periods import current_period
from training.rule import Training, Verdict, judge, renewable_from, valid_until
from training.services import late_standing


@dataclass(frozen=True)
class Renewal:
    """A compulsory course that the member has done and that does not hold for ever."""

    subject: str
    title: str
    holds_until: date
    opens_on: date
    today: date

    @property
    def is_over(self) -> bool:
        """Whether it holds no longer."""
        return self.holds_until < self.today

    @property
    def is_open(self) -> bool:
        """Whether doing it again is asked for now."""
        return self.opens_on <= self.today

    @property
    def sentence(self) -> str:
        """Until when it holds, and from when it may be done again."""
        facts = {"until": date_format(self.holds_until, "j F Y"), "opens": date_format(self.opens_on, "j F Y")}
        if self.is_over:
            return _("Masa berlakunya habis %(until)s. Ikuti lagi.") % facts
        if self.is_open:
            return _("Berlaku sampai %(until)s. Sudah dapat diulang.") % facts
        return _("Berlaku sampai %(until)s, dapat diulang mulai %(opens)s.") % facts


@dataclass(frozen=True)
class Half:
    """A half as the member stands in it, and the facts behind that."""

    standing: Standing
    facts: Facts

    @property
    def owes(self) -> bool:
        """Whether something is still missing."""
        return self.standing.is_required and not self.standing.is_met

    def holds(self, subject: str) -> bool:
        """Whether a training of this subject counts here already."""
        return any(training.subject == subject and training.half == self._key for training in self._trainings)

    def after(self, member: Member, *, today: date, subject: str, field: str, lesson_hours: Decimal) -> Verdict:
        """What would be said of the half if the member finished this course in it today; no query."""
        one_more = Training(TrainingRecord.Kind.ONLINE, lesson_hours, today, self._key, field, subject)
        return judge(
            policy=self.facts.policies.policy_for(self.standing.village_id, self.facts.period),
            period=self.facts.period,
            joined_on=member.joined_on,
            trainings=[*self._trainings, one_more],
            exemptions=self.facts.exemptions.get(self.standing.member_id, ()),
        )

    @property
    def _key(self) -> tuple[int, int]:
        return self.facts.period.year, self.facts.period.half

    @property
    def _trainings(self) -> Sequence[Training]:
        return self.facts.trainings.get(self.standing.member_id, ())


@dataclass(frozen=True)
class Outlook:
    """The member's halves and the facts behind them, loaded once and asked about any number of courses.

    `late` is the half before, while it is owed and a training of today still counts for it.
    """

    member: Member
    running: Half
    late: Half | None
    now: datetime

    @classmethod
    def of(cls, member: Member, *, now: datetime | None = None) -> Outlook:
        """What the member's training would count for, in six queries; up to seven more early in a half.

        Nothing is written.
        """
        now = now or timezone.now()
        period = current_period(member.village_id, now=now)
        facts = Facts.gather(members=[member], period=period)
        running = Half(assess_one(member, facts, now=now), facts)
        owed = late_standing(member, now)
        if owed is None:
            return cls(member, running, None, now)
        before = Facts.gather(members=[member], period=owed.period, policies=facts.policies)
        return cls(member, running, Half(owed, before), now)

    @property
    def owes(self) -> bool:
        """Whether something is still missing that a training of today would count for."""
        return self.late is not None or self.running.owes

    @property
    def halves(self) -> set[int]:
        """Of the year, 1 and 2, those for which a training of today could count."""
        return {half.facts.period.half for half in (self.running, self.late) if half}

    def period_for(self, subject: str) -> Period:
        """The half in which this course would count today."""
        return self._half_for(subject).facts.period

    def late_period_for(self, subject: str) -> Period | None:
        """The half before, where this course would count for it; a course counts once a half."""
        half = self._half_for(subject)
        return half.facts.period if half is self.late else None

    def renewals(self) -> list[Renewal]:
        """The member's compulsory courses that have to be renewed, the first to end first; no query."""
        facts = self.running.facts
        policy = facts.policies.policy_for(self.running.standing.village_id, facts.period)
        done = facts.trainings.get(self.member.pk, ())
        found = [
            Renewal(course.subject, course.title, until, opens_on, self._today)
            for course in policy.compulsory
            if (until := valid_until(course, done)) and (opens_on := renewable_from(course, done))
        ]
        return sorted(found, key=lambda renewal: renewal.holds_until)

    def completes(self, *, subject: str, field: str, lesson_hours: Decimal) -> bool:
        """Whether finishing this course today would meet what is still owed in the half it would count in."""
        return self._half_for(subject).owes and self._after(subject, field, lesson_hours).is_met

    def helps(self, *, subject: str, field: str, lesson_hours: Decimal) -> bool:
        """Whether finishing this course today would leave less to do in the half it would count in."""
        half = self._half_for(subject)
        if not half.owes:
            return False
        after, now = self._after(subject, field, lesson_hours), half.standing
        return (
            min(after.counted, now.needed) > min(now.counted, now.needed)
            or min(after.lesson_hours, now.hours_needed) > min(now.lesson_hours, now.hours_needed)
            or len(after.missing_courses) < len(now.missing_courses)
        )

    @property
    def _today(self) -> date:
        return local_date(self.now, self.member.village_id)

    def _half_for(self, subject: str) -> Half:
        """Where the ledger would book it, as `services.period_it_counts_in` decides."""
        return self.running if self.late is None or self.late.holds(subject) else self.late

    def _after(self, subject: str, field: str, lesson_hours: Decimal) -> Verdict:
        half = self._half_for(subject)
        return half.after(self.member, today=self._today, subject=subject, field=field, lesson_hours=lesson_hours)
