"""What lies before a member: what one more training would do for the running half, and which courses end when."""

from __future__ import annotations

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
from training.models import Standing, TrainingRecord
from training.periods import current_period
from training.rule import Training, Verdict, judge, renewable_from, valid_until


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
class Outlook:
    """The member's standing and the facts behind it, loaded once and asked about any number of courses."""

    member: Member
    standing: Standing
    facts: Facts
    now: datetime

    @classmethod
    def of(cls, member: Member, *, now: datetime | None = None) -> Outlook:
        """The running half of the member, in six queries; nothing is written."""
        now = now or timezone.now()
        period = current_period(member.village_id, now=now)
        facts = Facts.gather(members=[member], period=period)
        return cls(member, assess_one(member, facts, now=now), facts, now)

    @property
    def owes(self) -> bool:
        """Whether something is still missing."""
        return self.standing.is_required and not self.standing.is_met

    def renewals(self) -> list[Renewal]:
        """The member's compulsory courses that have to be renewed, the first to end first; no query."""
        policy = self.facts.policies.policy_for(self.standing.village_id, self.facts.period)
        done, today = self.facts.trainings.get(self.member.pk, ()), local_date(self.now, self.member.village_id)
        found = [
            Renewal(course.subject, course.title, until, opens_on, today)
            for course in policy.compulsory
            if (until := valid_until(course, done)) and (opens_on := renewable_from(course, done))
        ]
        return sorted(found, key=lambda renewal: renewal.holds_until)

    def completes(self, *, subject: str, field: str, lesson_hours: Decimal) -> bool:
        """Whether finishing this course today would meet what is still owed."""
        return self.owes and self._with(subject, field, lesson_hours).is_met

    def helps(self, *, subject: str, field: str, lesson_hours: Decimal) -> bool:
        """Whether finishing this course today would leave less to do."""
        if not self.owes:
            return False
        after, now = self._with(subject, field, lesson_hours), self.standing
        return (
            min(after.counted, now.needed) > min(now.counted, now.needed)
            or min(after.lesson_hours, now.hours_needed) > min(now.lesson_hours, now.hours_needed)
            or len(after.missing_courses) < len(now.missing_courses)
        )

    def _with(self, subject: str, field: str, lesson_hours: Decimal) -> Verdict:
        period = self.facts.period
        today = local_date(self.now, self.member.village_id)
        half = (period.year, period.half)
        one_more = Training(TrainingRecord.Kind.ONLINE, lesson_hours, today, half, field, subject)
        return judge(
            policy=self.facts.policies.policy_for(self.standing.village_id, period),
            period=period,
            joined_on=self.member.joined_on,
            trainings=[*self.facts.trainings.get(self.member.pk, ()), one_more],
            exemptions=self.facts.exemptions.get(self.member.pk, ()),
        )
