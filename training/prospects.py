"""What a change of a membership would do to the halves and to the villages' figures, told before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Member
from regions.models import Region
from regions.scope import Scope
from training.books import Change, assess
from training.models import Period, Standing, VillageTally
from training.periods import current_code, parse

FIGURES = {
    "required": gettext_lazy("%(before)d → %(after)d wajib"),
    "met": gettext_lazy("%(before)d → %(after)d terpenuhi"),
    "members": gettext_lazy("%(before)d → %(after)d anggota"),
}


@dataclass(frozen=True)
class Prospect:
    """One half: what it would ask of the member, and the figures of the villages that would change, as sentences.

    `is_correction` says whether it shows as a correction of figures that are frozen.
    """

    period: Period
    duty: str
    villages: list[str]
    is_correction: bool = False


def prospects(*, before: Member, after: Member, scope: Scope, now: datetime | None = None) -> list[Prospect]:
    """The halves that would be judged again if the stored member `before` were as `after`; reads only.

    The running half, and with another day of joining every half in which they hold a standing. Figures are told of the
    villages in the scope alone: who moves a member elsewhere reads nothing of how that village stands.
    """
    now = now or timezone.now()
    found = []
    for period in _halves(before, after, now):
        _standings, changed = assess(members=[after], period=period, now=now)
        if changed or period.code == current_code(after.village_id, now=now):
            found.append(_prospect(period, changed[0] if changed else None, scope))
    return found


def _halves(before: Member, after: Member, now: datetime) -> list[Period]:
    running = [parse(current_code(member.village_id, now=now)) for member in (before, after)]
    halves = {period.code: period for period in running if period.pk}
    if before.joined_on != after.joined_on:
        held = Standing.objects.filter(member=before).select_related("period")
        halves |= {standing.period.code: standing.period for standing in held}
    return [halves[code] for code in sorted(halves)]


def _prospect(period: Period, change: Change | None, scope: Scope) -> Prospect:
    if change is None:
        return Prospect(period, _("kewajiban tetap"), [])
    figures = _villages(period, change)
    told = [line for code, line in figures.items() if scope.covers(code)]
    return Prospect(period, _duty(change.before, change.after), told, period.is_closed and bool(figures))


def _duty(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    was, will = before.get("needed", 0), after["needed"]
    if was and not will:
        return _("dispensasi") if after["is_exempt"] else _("tidak lagi wajib")
    if will and not was:
        return _("wajib %(n)d pelatihan") % {"n": will}
    if was != will:
        return _("wajib %(n)d pelatihan, sebelumnya %(was)d") % {"n": will, "was": was}
    if before.get("is_serving") and not after["is_serving"]:
        return _("memang belum wajib, dan tidak lagi dihitung sebagai anggota")
    if will and before.get("is_met") != after["is_met"]:
        return _("terpenuhi") if after["is_met"] else _("tetap wajib, dan belum terpenuhi lagi")
    return _("kewajiban tetap")


def _counted(standing: Mapping[str, object]) -> Counter[str]:
    """What one standing adds to the figures of its village."""
    if not standing:
        return Counter()
    return Counter(
        required=bool(standing["needed"]), met=bool(standing["is_met"]), members=bool(standing["is_serving"])
    )


def _villages(period: Period, change: Change) -> dict[str, str]:
    """By code `Muara Ninian, Kec. Juai: 15 → 14 wajib, 10 → 9 terpenuhi`, the village that loses first."""
    differences: dict[str, Counter[str]] = {}
    for standing, sign in ((change.before, -1), (change.after, 1)):
        if standing:
            village = differences.setdefault(str(standing["village_id"]), Counter())
            for name, n in _counted(standing).items():
                village[name] += sign * n
    tallies = {t.village_id: t for t in VillageTally.objects.filter(period=period, village__in=differences)}
    names = Region.objects.in_bulk(list(differences))
    return {
        code: f"{names[code].full_name}: {', '.join(figures)}"
        for code, village in differences.items()
        if (figures := _figures(tallies.get(code), village))
    }


def _figures(tally: VillageTally | None, difference: Counter[str]) -> list[str]:
    found = []
    for name, words in FIGURES.items():
        if n := difference[name]:
            before = getattr(tally, name, 0)
            found.append(str(words) % {"before": before, "after": before + n})
    return found
