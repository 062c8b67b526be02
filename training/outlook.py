"""What one more training would do for a member's running half: "course X would complete it"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from members.models import Member
from regions.timezones import local_date
from training.books import assess_one
from training.facts import Facts
from training.models import Standing, TrainingRecord
from training.periods import current_period
from training.rule import Training, Verdict, judge


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
