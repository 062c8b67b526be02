"""How a member stands in a period, in words: for their card, their officer's list and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format, number_format
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


TONES = {State.MET: "ok", State.AT_RISK: "soon", State.OVERDUE: "late"}


@dataclass(frozen=True)
class StandingView:
    """One member's standing in one period, ready to be shown."""

    period: Period
    state: State
    is_serving: bool
    needed: int
    counted: int
    lesson_hours: Decimal
    days_left: int

    @property
    def tone(self) -> str:
        """The look's tone: ok, soon, late, or none."""
        return TONES.get(self.state, "")

    @property
    def progress_text(self) -> str:
        """`1 dari 1 pelatihan selesai`; trainings beyond the need are not shown as `2 dari 1`."""
        facts = {"counted": min(self.counted, self.needed), "needed": self.needed}
        return _("%(counted)d dari %(needed)d pelatihan selesai") % facts

    @property
    def headline(self) -> str:
        """The few words to read first: `Belum: sisa 38 hari`."""
        return self.progress_text if self.state is State.MET else str(_HEADLINES[self._case]) % self._facts

    @property
    def sentence(self) -> str:
        """One sentence that explains the state with its facts."""
        return str(_SENTENCES[self._case]) % self._facts

    @property
    def _case(self) -> str:
        if self.days_left == 0 and self.state in (State.UNMET, State.AT_RISK):
            return "last_day"
        if self.state is State.NOT_REQUIRED and not self.is_serving:
            return "inactive"
        return self.state.value

    @property
    def _facts(self) -> dict[str, object]:
        return {
            "missing": self.needed - self.counted,
            "left": self.days_left,
            "last_day": date_format(self.period.last_day, "j F Y"),
            "hours": number_format(self.lesson_hours.normalize()),
            "counted": self.counted,
        }


_HEADLINES = {
    "unmet": gettext_lazy("Belum: sisa %(left)d hari"),
    "at_risk": gettext_lazy("Segera: sisa %(left)d hari"),
    "last_day": gettext_lazy("Hari terakhir"),
    "overdue": gettext_lazy("Terlambat"),
    "not_required": gettext_lazy("Belum wajib"),
    "inactive": gettext_lazy("Tidak wajib"),
}
_SENTENCES = {
    "met": gettext_lazy("Kewajiban terpenuhi dengan %(counted)d pelatihan (%(hours)s JP)."),
    "unmet": gettext_lazy("Kurang %(missing)d pelatihan, paling lambat %(last_day)s."),
    "at_risk": gettext_lazy("Kurang %(missing)d pelatihan, paling lambat %(last_day)s."),
    "last_day": gettext_lazy("Kurang %(missing)d pelatihan; hari ini batas terakhir."),
    "overdue": gettext_lazy("Kurang %(missing)d pelatihan; batasnya %(last_day)s sudah lewat."),
    "not_required": gettext_lazy(
        "Baru bergabung pada semester ini, jadi belum wajib. Pelatihan yang selesai: %(counted)d."
    ),
    "inactive": gettext_lazy("Keanggotaan tidak aktif, jadi tidak ada pelatihan yang wajib."),
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
        is_serving=standing.is_serving,
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
