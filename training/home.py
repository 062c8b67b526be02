"""What a member's home says first: the half that a training of today counts for, and a line about the other one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member
from regions.timezones import local_date
from training.policies import policy_for
from training.services import owed_before, still_counts
from training.standing import StandingView, describe, view_of


@dataclass(frozen=True)
class Home:
    """The standing to act on, and one line about the other half where there is something to say."""

    view: StandingView
    beside: str = ""


def home_of(member: Member, *, now: datetime | None = None) -> Home:
    """The half before comes first while it is owed and can still be met, else the running one.

    One query more than `describe` takes, and a few where the half before is owed; nothing is written.
    """
    now = now or timezone.now()
    running, day = describe(member, now=now), local_date(now, member.village_id)
    owed = owed_before(member, day)
    if owed is None:
        return Home(running)
    policy = policy_for(owed.village_id, owed.period)
    if still_counts(owed, day, policy):
        return Home(view_of(owed, policy=policy, now=now), _in_a_line(running))
    facts = {"before": owed.period, "running": running.period}
    return Home(
        running,
        _("Batas %(before)s sudah lewat; pelatihan yang selesai sekarang dihitung untuk %(running)s.") % facts,
    )


def _in_a_line(view: StandingView) -> str:
    """`Semester I 2027: kurang 1 pelatihan, paling lambat 30 Juni 2027.`"""
    return f"{view.period}: {view.sentence[:1].lower()}{view.sentence[1:]}"
