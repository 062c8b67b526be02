"""Where the half will end if the last weeks go on: a range, never a promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

from django.utils.translation import gettext as _

from cms.percents import whole_percent

WEEKS, FEWEST_WEEKS = 6, 4  # the weeks looked back on, and without how many nothing is said
FEWEST_REQUIRED, FEWEST_MET = 20, 5  # below, chance decides: a normal interval would be a pretence
Z = 1.2816  # the middle 80 percent of the normal distribution


@dataclass(frozen=True)
class Forecast:
    """Between how many members will have met the requirement at the end, and from what that was reckoned."""

    low: int
    high: int
    required: int
    weeks: int
    recent: int

    @property
    def low_percent(self) -> int:
        """Whole percent of who owes."""
        return whole_percent(self.low, self.required)

    @property
    def high_percent(self) -> int:
        """The same of the other end."""
        return whole_percent(self.high, self.required)


def what_lacks(*, required: int, weekly: Sequence[int]) -> str:
    """Why there is no forecast yet, in a sentence: the first of what is too little; empty where nothing is."""
    if required < FEWEST_REQUIRED:
        return _("Terlalu sedikit untuk perkiraan akhir semester: perlu sedikitnya %(n)s anggota wajib.") % {
            "n": FEWEST_REQUIRED
        }
    if len(weekly) < FEWEST_WEEKS:
        return _("Perkiraan akhir semester muncul setelah semester berjalan %(n)s minggu.") % {"n": FEWEST_WEEKS}
    if sum(weekly) < FEWEST_MET:
        return _(
            "Perkiraan akhir semester muncul bila sedikitnya %(n)s anggota memenuhi dalam %(weeks)s minggu terakhir."
        ) % {"n": FEWEST_MET, "weeks": len(weekly)}
    return ""


def forecast(*, met: int, required: int, weekly: Sequence[int], days_left: int) -> Forecast | None:
    """The range in which the half ends in eight of ten cases, if members go on as in the last weeks.

    `weekly` are the members who met the requirement in each of the last full weeks, at most WEEKS of them, 0 and up;
    `days_left` the days until the period's last one. None when the half is over or complete, when there are fewer
    than FEWEST_WEEKS weeks, or when the figures are too small.

    With n members in k weeks and a rest of d days, m = d / 7k: expected are m·n more, with the variance
    φ·m·n·(1 + m). That is the normal prediction interval for a Poisson count from an earlier one (Nelson, Applied Life
    Data Analysis, 1982, §6.2): m·n for the chance of the rest, m²·n for the rate itself being known from k weeks only.
    φ = max(1, s² / mean) of the weekly counts widens it where members come in crowds, as after a classroom session
    (quasi-Poisson: McCullagh & Nelder, Generalized Linear Models, 1989, §6.2). The range is cut at 0 and at the
    members who are missing, and rounded outwards.
    """
    weeks, recent, missing = len(weekly), sum(weekly), required - met
    if what_lacks(required=required, weekly=weekly) or days_left < 0 or missing <= 0:
        return None
    ratio, mean = days_left / (7 * weeks), recent / weeks
    variance = sum((number - mean) ** 2 for number in weekly) / (weeks - 1)
    expected = ratio * recent
    spread = Z * sqrt(max(1.0, variance / mean) * expected * (1 + ratio))
    return Forecast(
        low=met + min(missing, max(0, floor(expected - spread))),
        high=met + min(missing, max(0, ceil(expected + spread))),
        required=required,
        weeks=weeks,
        recent=recent,
    )
