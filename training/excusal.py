"""What an exemption would do, and what a reversal would undo, told before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from training.books import verdict_of
from training.facts import Facts
from training.models import Exemption, Period, Standing, TrainingRecord
from training.periods import half_of
from training.policies import PolicyBook
from training.rule import Training, is_exempt


@dataclass(frozen=True)
class Excusal:
    """The halves of one member that one exemption excuses, together with those that are granted already.

    `owed_without` are those that would be owed without it; `days_needed` is how many days of a half excuse it.
    """

    exemption: Exemption
    halves: list[Period]
    owed_without: list[Period]
    days_needed: int

    @property
    def sentence(self) -> str:
        """`membebaskan Semester II 2026`, or why it excuses nothing."""
        if self.halves:
            return _("membebaskan %(halves)s") % {"halves": names_of(self.halves)}
        facts = {"days": self.days_needed}
        return _("tidak membebaskan semester mana pun, karena kurang dari %(days)d hari dalam satu semester") % facts


def names_of(periods: Sequence[Period]) -> str:
    """`Semester II 2026 dan Semester I 2027`."""
    return get_text_list([str(period) for period in periods], _("dan"))


def halves_between(first: date, last: date) -> list[Period]:
    """Every half that the days touch, unsaved; none where the dates are the wrong way round."""
    (year, half), end, periods = half_of(first), half_of(last), []
    while (year, half) <= end:
        periods.append(Period(year=year, half=half))
        year, half = (year, 2) if half == 1 else (year + 1, 1)
    return periods


def excusals(exemptions: Sequence[Exemption]) -> list[Excusal]:
    """What each of these exemptions (stored or not, their `member` loaded) excuses by the rule, in three queries."""
    policies = PolicyBook.load()
    granted: dict[int, list[Exemption]] = defaultdict(list)
    for other in Exemption.objects.granted().filter(member__in={exemption.member_id for exemption in exemptions}):
        granted[other.member_id].append(other)
    return [_excusal(exemption, granted[exemption.member_id], policies) for exemption in exemptions]


def _excusal(exemption: Exemption, granted: Sequence[Exemption], policies: PolicyBook) -> Excusal:
    others = [other for other in granted if exemption.pk is None or other.pk != exemption.pk]
    halves, owed_without, days_needed = [], [], 0
    for period in halves_between(exemption.starts_on, exemption.ends_on):
        policy = policies.policy_for(exemption.member.village_id, period)
        days_needed = days_needed or policy.exempt_days
        if is_exempt(policy, period, [*others, exemption]):
            halves.append(period)
            if not is_exempt(policy, period, others):
                owed_without.append(period)
    return Excusal(exemption, halves, owed_without, days_needed)


def halves_lost(record: TrainingRecord) -> list[Period]:
    """The halves that are met now and would not be without this training; reads only.

    Its own half and later ones, since it may have paid for those, by the rule that settles them.
    """
    period = record.period
    later = Q(period__year__gt=period.year) | Q(period__year=period.year, period__half__gte=period.half)
    standings = Standing.objects.met().filter(later, member=record.member_id).select_related("period")
    return [s.period for s in standings.order_by("period__year", "period__half") if not _met_without(record, s)]


def _met_without(record: TrainingRecord, standing: Standing) -> bool:
    facts = Facts.gather(members=[record.member], period=standing.period)
    half = (record.period.year, record.period.half)
    one = Training(record.kind, record.lesson_hours, record.completed_on, half, record.field, record.subject)
    trainings = facts.trainings.get(record.member_id, [])
    if one in trainings:
        trainings.remove(one)
    return verdict_of(standing, record.member, facts).is_met
