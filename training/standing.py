"""How a member stands in a period, in words: for their card, their officer's list and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Member
from training.books import assess
from training.models import Period, Policy, Standing
from training.periods import current_period, days_left
from training.policies import policy_for


class State(models.TextChoices):
    """Where a member stands; of those who still owe trainings, the clock alone tells the three apart."""

    NOT_REQUIRED = "not_required", gettext_lazy("tidak wajib")
    MET = "met", gettext_lazy("terpenuhi")
    UNMET = "unmet", gettext_lazy("belum")
    AT_RISK = "at_risk", gettext_lazy("berisiko")
    OVERDUE = "overdue", gettext_lazy("terlambat")


def state_by_clock(left: int, at_risk_days: int) -> State:
    """The state of everyone who still owes trainings, `left` days before the period's last day."""
    if left < 0:
        return State.OVERDUE
    return State.AT_RISK if left <= at_risk_days else State.UNMET


@dataclass(frozen=True)
class StandingView:
    """One member's standing in one period, ready to be shown."""

    period: Period
    state: State
    needed: int
    counted: int
    lesson_hours: Decimal
    days_left: int

    @property
    def headline(self) -> str:
        """`Semester II 2026: 1 dari 1 pelatihan selesai`, or the trainings so far where none is owed."""
        if self.state is State.NOT_REQUIRED:
            return _("%(period)s: tidak ada pelatihan wajib") % {"period": self.period}
        facts = {"period": self.period, "counted": self.counted, "needed": self.needed}
        return _("%(period)s: %(counted)d dari %(needed)d pelatihan selesai") % facts

    @property
    def sentence(self) -> str:
        """One sentence that explains the state with its facts."""
        facts = {
            "missing": self.needed - self.counted,
            "left": self.days_left,
            "last_day": date_format(self.period.last_day, "j F Y"),
            "first_day": date_format(self.period.first_day, "j F Y"),
            "hours": date_format_hours(self.lesson_hours),
            "counted": self.counted,
        }
        return str(_SENTENCES[self._case]) % facts

    @property
    def _case(self) -> str:
        if self.days_left == 0 and self.state in (State.UNMET, State.AT_RISK):
            return "last_day"
        if self.state is State.NOT_REQUIRED and self.counted:
            return "trained_anyway"
        return self.state.value


def date_format_hours(hours: Decimal) -> str:
    """`4` or `4,5`: lesson hours without a needless decimal."""
    return f"{hours.normalize():f}".replace(".", ",")


_SENTENCES = {
    "met": gettext_lazy("Kewajiban terpenuhi dengan %(counted)d pelatihan (%(hours)s JP). Terima kasih."),
    "unmet": gettext_lazy("Belum: kurang %(missing)d pelatihan, sisa %(left)d hari sampai %(last_day)s."),
    "at_risk": gettext_lazy("Segera: kurang %(missing)d pelatihan, sisa %(left)d hari sampai %(last_day)s."),
    "last_day": gettext_lazy("Hari terakhir: kurang %(missing)d pelatihan, selesaikan hari ini."),
    "overdue": gettext_lazy("Terlambat: kurang %(missing)d pelatihan sampai %(last_day)s."),
    "not_required": gettext_lazy("Anda belum wajib berlatih pada semester ini; pelatihan tetap boleh diikuti."),
    "trained_anyway": gettext_lazy("Belum wajib pada semester ini, tetapi sudah %(counted)d pelatihan (%(hours)s JP)."),
}


def view_of(standing: Standing, *, policy: Policy, now: datetime) -> StandingView:
    """The view of a standing whose `period` is loaded; no query."""
    left = days_left(standing.period, standing.village_id, now=now)
    state = State.NOT_REQUIRED
    if standing.is_required:
        state = State.MET if standing.is_met else state_by_clock(left, policy.at_risk_days)
    return StandingView(
        period=standing.period,
        state=state,
        needed=standing.needed,
        counted=standing.counted,
        lesson_hours=standing.lesson_hours,
        days_left=left,
    )


def describe(member: Member, *, now: datetime | None = None, period: Period | None = None) -> StandingView:
    """Where the member stands in the period (the current one by default).

    A member whose standing is not opened yet gets what it will say, by the same rule; nothing is written.
    """
    now = now or timezone.now()
    period = period or current_period(member.village_id, now=now)
    standing = Standing.objects.filter(member=member, period=period).first()
    if standing is None:
        standing = assess(members=[member], period=period, now=now)[0][0]
    standing.period = period
    return view_of(standing, policy=policy_for(standing.village_id), now=now)
