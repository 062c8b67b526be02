"""What the rule needs to know about many members, gathered in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from members.models import Member
from training.models import Exemption, Extension, Period, TrainingRecord
from training.policies import PolicyBook
from training.rule import Training


@dataclass(frozen=True)
class Facts:
    """Policies, trainings, exemptions and extensions, by member id where they are somebody's."""

    period: Period
    policies: PolicyBook
    trainings: dict[int, list[Training]]
    exemptions: dict[int, list[Exemption]]
    extensions: dict[int, date]

    @classmethod
    def gather(cls, *, members: Sequence[Member], period: Period, policies: PolicyBook | None = None) -> Facts:
        """The facts of these members for one period, in five queries; under other `policies` than the stored ones."""
        policies = policies or PolicyBook.load()
        subjects = {course.subject for policy in policies.in_force(period) for course in policy.compulsory}
        exemptions = Exemption.objects.granted().filter(
            member__in=members, starts_on__lte=period.last_day, ends_on__gte=period.first_day
        )
        extensions = Extension.objects.granted().filter(member__in=members, period=period)
        return cls(
            period=period,
            policies=policies,
            trainings=_trainings(members, period, subjects),
            exemptions=_by_member(exemptions),
            extensions=dict(extensions.values_list("member_id", "until")),
        )


def _by_member(exemptions: Iterable[Exemption]) -> dict[int, list[Exemption]]:
    found: dict[int, list[Exemption]] = defaultdict(list)
    for exemption in exemptions:
        found[exemption.member_id].append(exemption)
    return found


def _trainings(members: Sequence[Member], period: Period, subjects: set[str]) -> dict[int, list[Training]]:
    """Trainings that stand: of the period's year until the period, and of compulsory courses whenever they were.

    In the order of the ledger: where a kind is limited, of one day those count that were entered first.
    """
    wanted = Q(period__year=period.year, period__half__lte=period.half) | Q(subject__in=subjects)
    rows = TrainingRecord.objects.standing().filter(wanted, member__in=members).order_by("pk")
    found: dict[int, list[Training]] = defaultdict(list)
    names = ("kind", "lesson_hours", "completed_on", "field", "subject")
    for member_id, year, half, *values in rows.values_list("member_id", "period__year", "period__half", *names):
        kind, hours, day, field, subject = values
        found[member_id].append(Training(kind, hours, day, (year, half), field, subject))
    return found
