"""How a member stands in a period, in words: for their card, their officer's list and reminders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members.models import Member
from training.books import assess
from training.models import Exemption, Period, Policy, Standing
from training.periods import current_period, days_left
from training.policies import PolicyBook, policy_for


class State(models.TextChoices):
    """Where a member stands; of those who still owe trainings, the clock alone tells the three apart."""

    NOT_REQUIRED = "not_required", gettext_lazy("belum wajib")
    EXEMPT = "exempt", gettext_lazy("dispensasi")
    MET = "met", gettext_lazy("terpenuhi")
    UNMET = "unmet", gettext_lazy("belum")
    AT_RISK = "at_risk", gettext_lazy("berisiko")
    OVERDUE = "overdue", gettext_lazy("terlambat")


def state_by_clock(left: int, policy: Policy) -> State:
    """The state of everyone who still owes trainings, `left` days before the period's last day.

    In the policy's days of grace after it they are at risk, not overdue.
    """
    if left < -policy.grace_days:
        return State.OVERDUE
    return State.AT_RISK if left <= policy.at_risk_days else State.UNMET


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
    hours_needed: Decimal = Decimal(0)
    missing_courses: list[str] = field(default_factory=list)
    due_on: date | None = None
    joined_on: date | None = None
    excuses: str = ""

    @property
    def tone(self) -> str:
        """The look's tone: ok, soon, late, or none."""
        return TONES.get(self.state, "")

    @property
    def days_to_due(self) -> int:
        """Whole days until the last day on which a training still counts: 0 on that day, negative after it."""
        last_day = self.period.last_day
        return self.days_left + ((self.due_on or last_day) - last_day).days

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
        return str(_SENTENCES[self._reason]) % self._facts

    @property
    def _case(self) -> str:
        if self.days_to_due == 0 and self.state in (State.UNMET, State.AT_RISK):
            return "last_day"
        if self.days_left < 0 and self.state is State.AT_RISK:
            return "longer"
        if self.state is State.NOT_REQUIRED and not self.is_serving:
            return "inactive"
        return self.state.value

    @property
    def _reason(self) -> str:
        """The case once more, told apart by why nothing is owed."""
        if self.state is State.EXEMPT and self.excuses:
            return "excused"
        if self._case == "not_required" and self.joined_on:
            return "joined"
        return self._case

    @property
    def lacking(self) -> str:
        """What is still missing: `1 pelatihan, 2 JP dan kursus Pertolongan Pertama`; nothing where nothing is."""
        parts = []
        if (trainings := self.needed - self.counted) > 0:
            parts.append(ngettext("%(n)d pelatihan", "%(n)d pelatihan", trainings) % {"n": trainings})
        if (hours := self.hours_needed - self.lesson_hours) > 0 and self.needed:
            parts.append(_("%(hours)s JP") % {"hours": _plain(hours)})
        parts += [_("kursus wajib “%(title)s”") % {"title": title} for title in self.missing_courses]
        return get_text_list(parts, _("dan"))

    @property
    def _facts(self) -> dict[str, object]:
        return {
            "lacking": self.lacking,
            "left": max(self.days_to_due, 0),  # an extension that ran out is cleared a little later
            "last_day": date_format(self.due_on or self.period.last_day, "j F Y"),
            "hours": _plain(self.lesson_hours),
            "counted": self.counted,
            "joined_on": date_format(self.joined_on, "j F Y") if self.joined_on else "",
            "excuses": self.excuses,
        }


def _plain(hours: Decimal) -> str:
    """`4`, `4,5`: no trailing noughts."""
    return str(number_format(hours.normalize()))


_HEADLINES = {
    "unmet": gettext_lazy("Belum: sisa %(left)d hari"),
    "at_risk": gettext_lazy("Berisiko: sisa %(left)d hari"),
    "last_day": gettext_lazy("Hari terakhir"),
    "overdue": gettext_lazy("Terlambat"),
    "longer": gettext_lazy("Berisiko: sisa %(left)d hari"),
    "not_required": gettext_lazy("Belum wajib"),
    "exempt": gettext_lazy("Dispensasi"),
    "inactive": gettext_lazy("Tidak aktif"),
}
_SENTENCES = {
    "met": gettext_lazy("Kewajiban terpenuhi dengan %(counted)d pelatihan (%(hours)s JP)."),
    "unmet": gettext_lazy("Kurang %(lacking)s, paling lambat %(last_day)s."),
    "at_risk": gettext_lazy("Kurang %(lacking)s, paling lambat %(last_day)s."),
    "last_day": gettext_lazy("Kurang %(lacking)s; hari ini batas terakhir."),
    "overdue": gettext_lazy("Kurang %(lacking)s; batasnya %(last_day)s sudah lewat."),
    "longer": gettext_lazy("Kurang %(lacking)s; batasnya diperpanjang sampai %(last_day)s."),
    "exempt": gettext_lazy("Mendapat dispensasi, jadi tidak ada pelatihan yang wajib pada semester ini."),
    "excused": gettext_lazy("Dispensasi %(excuses)s: tidak ada pelatihan yang wajib pada semester ini."),
    "not_required": gettext_lazy("Belum wajib pada semester ini; pelatihan yang selesai: %(counted)d."),
    "joined": gettext_lazy(
        "Bergabung %(joined_on)s, jadi belum wajib pada semester ini; pelatihan yang selesai: %(counted)d."
    ),
    "inactive": gettext_lazy("Keanggotaan tidak aktif, jadi tidak ada pelatihan yang wajib."),
}


def view_of(
    standing: Standing,
    *,
    policy: Policy,
    now: datetime,
    joined_on: date | None = None,
    exemptions: Iterable[Exemption] = (),
) -> StandingView:
    """The view of a standing whose `period` is loaded; no query.

    With the member's `joined_on` and their granted `exemptions` the sentence says why nothing is owed.
    """
    left = days_left(standing.period, standing.village_id, now=now)
    return StandingView(
        period=standing.period,
        state=_state(standing, left, policy),
        is_serving=standing.is_serving,
        needed=standing.needed,
        counted=standing.counted,
        lesson_hours=standing.lesson_hours,
        days_left=left,
        hours_needed=standing.hours_needed,
        missing_courses=standing.missing_courses,
        due_on=_due_on(standing, left, policy),
        joined_on=joined_on,
        excuses=_excuses(standing, exemptions),
    )


def _excuses(standing: Standing, exemptions: Iterable[Exemption]) -> str:
    """`sakit (1 Juli 2026 sampai 31 Desember 2026)`: those that touch the half, the earliest first."""
    first, last = standing.period.first_day, standing.period.last_day
    found = [one for one in exemptions if one.member_id == standing.member_id and one.days_within(first, last)]
    parts = [
        _("%(kind)s (%(first)s sampai %(last)s)")
        % {
            "kind": one.get_kind_display(),
            "first": date_format(one.starts_on, "j F Y"),
            "last": date_format(one.ends_on, "j F Y"),
        }
        for one in sorted(found, key=lambda one: (one.starts_on, one.pk))
    ]
    return get_text_list(parts, _("dan")) if standing.is_exempt else ""


def exemptions_behind(standings: Iterable[Standing]) -> list[Exemption]:
    """The granted exemptions of those who are exempt; no query where nobody is."""
    exempt = {standing.member_id for standing in standings if standing.is_exempt}
    return list(Exemption.objects.granted().filter(member__in=exempt)) if exempt else []


def _state(standing: Standing, left: int, policy: Policy) -> State:
    if standing.is_exempt:
        return State.EXEMPT
    if not standing.is_required:
        return State.NOT_REQUIRED
    if standing.is_met:
        return State.MET
    state = state_by_clock(left, policy)
    return State.AT_RISK if state is State.OVERDUE and standing.extended_to else state


def _due_on(standing: Standing, left: int, policy: Policy) -> date:
    """The last day on which a training still counts: the period's, and after it the later of grace and extension."""
    last_day = standing.period.last_day
    last = last_day + timedelta(days=policy.grace_days) if left < 0 else last_day
    return max(last, standing.extended_to or last)


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
    return view_of(
        standing,
        policy=policy_for(standing.village_id, period),
        now=now,
        joined_on=member.joined_on,
        exemptions=exemptions_behind([standing]),
    )


def describe_year(member: Member, year: int, *, now: datetime | None = None) -> list[StandingView]:
    """Both halves of a calendar year, as far as anything was kept for them, the first one first.

    Before them the last one of the year before, while something is owed there.
    """
    now = now or timezone.now()
    owed = Q(period__year=year - 1, period__half=2, needed__gt=0, is_met=False)
    kept = Standing.objects.filter(Q(period__year=year) | owed, member=member).select_related("period")
    standings, book = list(kept.order_by("period__year", "period__half")), PolicyBook.load()
    exemptions = exemptions_behind(standings)
    return [
        view_of(
            standing,
            policy=book.policy_for(standing.village_id, standing.period),
            now=now,
            joined_on=member.joined_on,
            exemptions=exemptions,
        )
        for standing in standings
    ]
