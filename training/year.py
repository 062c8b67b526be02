"""A member's calendar year: both halves, one line each, and the half before them while it is not met."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.models import Member
from regions.timezones import local_date
from training.models import Period
from training.periods import half_before, half_of
from training.standing import StandingView, State, describe_year


@dataclass(frozen=True)
class YearLine:
    """One half: the state's word with its tone and icon, and the sentence that explains it."""

    period: Period
    word: str
    tone: str = ""
    icon: str = ""
    note: str = ""


def year_lines(member: Member) -> list[YearLine]:
    """Both halves of the member's running year, after the last one of the year before while they owe that still
    and the first one runs; in three queries, one more where they are exempt.
    """
    now = timezone.now()
    running = half_of(local_date(now, member.village_id))
    kept = {(view.period.year, view.period.half): view for view in describe_year(member, running[0], now=now)}
    asked, before = [(running[0], 1), (running[0], 2)], half_before(*running)
    if running[1] == 1 and before in kept:
        asked.insert(0, before)
    return [
        _line(kept[year, half]) if (year, half) in kept else _empty_line(Period(year=year, half=half), running)
        for year, half in asked
    ]


def _line(view: StandingView) -> YearLine:
    icon = "shield-check" if view.state is State.EXEMPT else ""
    gone = view.state is State.NOT_REQUIRED and not view.is_serving
    word = _("Tidak wajib lagi") if gone else capfirst(str(view.state.label))
    return YearLine(view.period, word, view.tone, icon, view.sentence)


def _empty_line(period: Period, running: tuple[int, int]) -> YearLine:
    """A half for which nothing is kept: it has not begun, or the member joined later."""
    if (period.year, period.half) > running:
        return YearLine(period, _("Belum dimulai"), icon="calendar")
    return YearLine(period, _("Tidak ada catatan"))
