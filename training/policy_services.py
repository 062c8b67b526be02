"""Setting a policy: from a half to come on, with a preview of what it would mean for the running one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from cms.percents import whole_percent
from members.models import Member
from regions.timezones import local_date
from training.books import verdict_of
from training.errors import PolicyGone, PolicyHasBegun, PolicyLooser, PolicyTaken
from training.facts import Facts
from training.models import Period, Policy, PolicyCourse, Standing
from training.periods import EASTERNMOST, current_period, half_of
from training.policies import PolicyBook, ancestors_of
from training.strictness import loosenings

HALVES_AHEAD = 4
LAST_MINUTES = timedelta(minutes=5)  # before a half begins nothing is set or withdrawn for it
MOST_MEMBERS = 20_000  # judged one by one for a preview; of more a sample of villages is
VILLAGES_A_BATCH = 50


@dataclass(frozen=True)
class Preview:
    """What a policy would mean if it held in `period` now; of a sample the figures are scaled up to everyone."""

    period: Period
    members: int
    required: int
    met: int
    required_now: int
    met_now: int
    is_sample: bool = False
    is_overruled: bool = False  # in the running half the policy above asks for more, so the figures are that one's

    @property
    def percent(self) -> int:
        """Whole percent of the required who would be met."""
        return whole_percent(self.met, self.required)

    @property
    def is_out_of_reach(self) -> bool:
        """Whether nobody would be met, though somebody owes: it may ask for more than there is."""
        return bool(self.required) and not self.met

    @property
    def percent_now(self) -> int:
        """The same as it is."""
        return whole_percent(self.met_now, self.required_now)


def coming_halves(*, now: datetime | None = None) -> list[Period]:
    """The halves from which on a new policy may hold, the next one first; unsaved."""
    year, half = half_of(_last_day(now or timezone.now()))
    numbers = [divmod(year * 2 + half + n, 2) for n in range(HALVES_AHEAD)]
    return [Period(year=y, half=h + 1) for y, h in numbers]


def _last_day(now: datetime) -> date:
    """The latest calendar day anywhere in the country, and a little later: what begins on it counts as begun.

    A half is opened for everybody when it begins in the first zone, so a policy that was stored for it afterwards,
    or at that moment, would find standings that were judged without it.
    """
    return local_date(now + LAST_MINUTES, EASTERNMOST)


def has_begun(policy: Policy, *, now: datetime | None = None) -> bool:
    """Whether its first half runs in some part of the country, or is about to; then it is not changed any more."""
    return policy.starts_on <= _last_day(now or timezone.now())


@transaction.atomic
def set_policy(*, policy: Policy, courses: Sequence[PolicyCourse], now: datetime | None = None) -> Policy:
    """Store a policy that begins with a half to come, new or in place of one that has not begun either.

    Raises PolicyHasBegun for a half that runs or is over, also where the stored one has begun meanwhile; PolicyGone
    if it was deleted meanwhile; PolicyLooser where it asks for less than the policy above; PolicyTaken if the region
    has another one from the same half on.
    """
    _require_not_begun(policy, now)
    policy_courses = list(courses)
    policy.drafted = policy_courses
    if looser := looser_than_above(policy, policy_courses):
        raise PolicyLooser(looser)
    try:
        with transaction.atomic():
            policy.save(force_update=policy.pk is not None)
    except IntegrityError as error:
        raise PolicyTaken from error
    policy.courses.all().delete()
    for course in policy_courses:
        course.pk, course.policy = None, policy
    PolicyCourse.objects.bulk_create(policy_courses)
    return policy


def _require_not_begun(policy: Policy, now: datetime | None) -> None:
    """The policy as given, and as stored: its row is locked, for somebody may withdraw it at the same moment."""
    if policy.pk is not None:
        stored = Policy.objects.select_for_update().filter(pk=policy.pk).first()
        if stored is None:
            raise PolicyGone
        if has_begun(stored, now=now):
            raise PolicyHasBegun
    if has_begun(policy, now=now):
        raise PolicyHasBegun


def looser_than_above(policy: Policy, courses: Sequence[PolicyCourse]) -> list[str]:
    """In what the policy would ask for less than the one that holds above its region when it begins.

    Where the nation set none, the defaults are what nobody may fall short of; the nation itself may.
    """
    above = ancestors_of(policy.region_id)[1:]
    if not above:
        return []
    year, half = half_of(policy.starts_on)
    rows = Policy.objects.filter(region__in=above).prefetch_related("courses")
    book = PolicyBook(rows)
    holds = book.policy_for(above[0], Period(year=year, half=half))
    draft = Policy(**{name: getattr(policy, name) for name in RULES})
    draft.drafted = courses
    return loosenings(draft, holds)


RULES = ("per_year", "per_half", "hours_per_half", "training_fields", "limits", "grace_days", "exempt_days")


@transaction.atomic
def withdraw_policy(*, policy: Policy, now: datetime | None = None) -> Policy | None:
    """End a policy with the running half, or delete one that has not begun (then None): those above hold again.

    The region's older policies that it had taken over from end with it; one that has ended stays as it is. Raises
    PolicyGone if it was deleted meanwhile.
    """
    today = _last_day(now or timezone.now())
    stored = Policy.objects.select_for_update().filter(pk=policy.pk).first()
    if stored is None:
        raise PolicyGone
    if stored.starts_on > today:
        stored.delete()
        return None
    year, half = half_of(today)
    last_day = Period(year=year, half=half).last_day
    begun = Policy.objects.filter(region_id=stored.region_id, starts_on__lte=today)
    begun.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=last_day)).update(ends_on=last_day)
    stored.refresh_from_db()
    return stored


def preview_policy(*, policy: Policy, courses: Sequence[PolicyCourse], now: datetime | None = None) -> Preview:
    """Judge the region's members as if the policy held in the running half; nothing is written.

    Up to 20,000 members are judged one by one. Of more, every n-th village is, and the figures are scaled up. Raises
    PolicyLooser as set_policy does: such a policy would hold nowhere, and its figures would be those of the one above.
    """
    if looser := looser_than_above(policy, courses):
        raise PolicyLooser(looser)
    region = policy.region
    period = current_period(region.code, now=now)
    draft = Policy(region=region, **{name: getattr(policy, name) for name in RULES})
    draft.drafted = courses
    book = PolicyBook.load().with_draft(draft, period)
    held = Standing.objects.within(region.scope).filter(period=period).serving()
    villages = sorted(held.order_by().values_list("village_id", flat=True).distinct())
    members = held.count()
    step = -(-members // MOST_MEMBERS) if members else 1
    chosen = villages[::step]
    counts = [0, 0, 0, 0]
    for batch in _batches(chosen):
        for n, value in enumerate(_judge_batch(batch, period, book)):
            counts[n] += value
    scale = len(villages) / len(chosen) if chosen else 1
    required, met, required_now, met_now = (round(count * scale) for count in counts)
    is_overruled = book.policy_for(region.code, period) is not draft
    return Preview(period, members, required, met, required_now, met_now, is_sample=step > 1, is_overruled=is_overruled)


def _batches(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(codes), VILLAGES_A_BATCH):
        yield codes[start : start + VILLAGES_A_BATCH]


def _judge_batch(villages: Iterable[str], period: Period, book: PolicyBook) -> tuple[int, int, int, int]:
    """Required and met under the book, and as they stand, of these villages."""
    standings = list(Standing.objects.serving().filter(period=period, village__in=villages))
    members = Member.objects.filter(pk__in=[s.member_id for s in standings]).only("village_id", "joined_on")
    facts = Facts.gather(members=list(members), period=period, policies=book)
    by_id = {member.pk: member for member in members}
    verdicts = [verdict_of(standing, by_id[standing.member_id], facts) for standing in standings]
    return (
        sum(verdict.needed > 0 for verdict in verdicts),
        sum(verdict.is_met for verdict in verdicts),
        sum(standing.is_required for standing in standings),
        sum(standing.is_met for standing in standings),
    )
