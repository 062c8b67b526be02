"""What the monitoring page shows, put together from the summaries: a plain dictionary for its template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.urls import reverse
from django.utils.formats import date_format

from members.decorators import OfficerRequest
from members.models import RoleKind
from monitoring.access import find_region, period_or_current
from monitoring.board import Asked, board_of, order_of
from monitoring.frame import Frame, frame_key, kept_page
from monitoring.waiting import waiting_in
from regions.models import Region
from regions.prepared import Prepared, day_of
from regions.scope import Scope
from training.models import Period, Policy, Standing, TrainingRecord
from training.periods import has_begun
from training.policies import policy_for
from training.standing import StandingView, exemptions_behind, view_of
from training.summaries import NEWEST

PAGE_SIZE = 25
PERIODS_SHOWN = 6
NAMED = ("title", "completed_on", "member__name", "village__name", "village__label")  # of a training, of whom and where


def page_context(request: OfficerRequest, code: str, now: datetime) -> dict[str, Any]:
    """What the page of a region shows; `problem` says what is wrong with the address.

    Its figures are the board's, a few seconds old, and so may be what waits for the officer. Whom they may see by name
    is read now.
    """
    kept = kept_page(request, code)
    if kept is None:
        return _drawn(request, code, now)
    return {
        "frame": kept.frame,
        "board": kept.board,
        "waiting": kept.waiting or waiting_in(code, request.access),
        "recent": _recent(kept.board.newest, code),
    }


def _drawn(request: OfficerRequest, code: str, now: datetime) -> dict[str, Any]:
    """The page from the figures themselves; what names nobody is kept for the next one."""
    region, known = find_region(request, code), _begun(now)
    period, problem = period_or_current(request, region, known)
    asked = Asked(region, period, order_of(request.GET.get("urut", "")), request.GET.get("tampil") == "perlu")
    board = board_of(asked, known=known, now=now)
    facts = {
        "region": region,
        "period": period,
        "problem": problem,
        "periods": _periods(known, period),
        "other_regions": _other_regions(request, region),
        "trail": trail_of(region, request.scope, period),
        "has_table": bool(board.children),
    }
    frame = Frame.draw(facts)
    if settings.MONITORING_CACHE_SECONDS and not problem:
        cache.set(frame_key(region.code, period.code, request.access), frame, settings.MONITORING_CACHE_SECONDS)
    return {
        "frame": frame,
        "board": board,
        "problem": problem,
        "waiting": waiting_in(region.code, request.access),
        "recent": _recent(board.newest, region.code),
        **(_members(request, region, period, now) if region.level == Region.Level.VILLAGE else {}),
    }


def _begun(now: datetime) -> list[Period]:
    """The newest periods that something was kept for, those to come apart."""
    newest = Period.objects.order_by("-year", "-half")[: PERIODS_SHOWN + 2]
    return [period for period in newest if has_begun(period, now=now)][:PERIODS_SHOWN]


def _periods(known: Iterable[Period], shown: Period) -> list[Period]:
    """The periods to choose from and the one shown, newest first."""
    found = {period.code: period for period in [*known, shown]}
    return sorted(found.values(), key=lambda period: period.code, reverse=True)


def _other_regions(request: OfficerRequest, region: Region) -> list[Region]:
    """The officer's regions outside of the one shown, for those who serve several."""
    mine = [grant.region for grant in request.access.grants if grant.kind == RoleKind.OFFICER]
    return [other for other in mine if not region.scope.covers(other.code) and not other.scope.covers(region.code)]


def trail_of(region: Region, scope: Scope, period: Period, *, linked: bool = False) -> list[tuple[str, str]]:
    """The way down to this region, from the highest one the officer may see; the last step `linked` if asked."""
    trail: list[tuple[str, str]] = []
    current: Region | None = region
    while current is not None and scope.covers(current.code):
        address = f"{reverse('monitoring:region', args=[current.code])}?periode={period.code}"
        trail.insert(0, (address if trail or linked else "", current.display_name))
        current = current.parent
    return trail


def _recent(newest: Sequence[int], code: str) -> list[tuple[str, str]]:
    """Of these trainings, in the region `code`, whose each is, and what and where: never kept, for it names people.

    Who has moved away is the neighbours' to name.
    """
    if not newest:
        return []
    ids = [*newest] + [newest[0]] * (NEWEST - len(newest))
    return [
        (member, f"{title} · {label} {village} · {date_format(day_of(day), 'j F Y')}")
        for title, day, member, village, label in _named_in(code).rows(*ids)
    ]


@lru_cache(maxsize=1_000)
def _named_in(code: str) -> Prepared:
    """Reads so many trainings of people who live in the region."""
    scope = Scope.of(code)
    here = TrainingRecord.objects.standing().within(scope).filter(scope.q("member__village__code"))
    named = here.order_by("-completed_at", "-pk").values_list(*NAMED)
    return Prepared(lambda *ids: named.filter(pk__in=ids), takes=NEWEST)


def _members(request: OfficerRequest, region: Region, period: Period, now: datetime) -> dict[str, Any]:
    """A page of the village's members with how each stands; who still owes comes first."""
    standings = Standing.objects.none()
    if period.pk is not None:
        standings = Standing.objects.within(region.scope).filter(period=period).serving()
    chosen = request.GET.get("status", "")
    if chosen in ("belum", "terpenuhi"):
        standings = standings.missing() if chosen == "belum" else standings.met()
    owing_first = Case(When(needed__gt=0, is_met=False, then=Value(0)), default=Value(1), output_field=IntegerField())
    listed = standings.select_related("member__squad", "period").order_by(owing_first, "member__name", "pk")
    found = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    policy = policy_for(region.code, period)
    people = _people(list(found), scope=request.scope, policy=policy, now=now)
    return {"region": region, "period": period, "page_obj": found, "people": people, "chosen_status": chosen}


def _people(
    standings: Sequence[Standing], *, scope: Scope, policy: Policy, now: datetime
) -> list[tuple[Standing, StandingView, bool]]:
    """Each standing in words, and whether the member's page is the officer's to open: who moved away has another.

    Why they are excused, which may tell of an illness, is theirs to know who may open the page.
    """
    theirs = [scope.covers(standing.member.village_id) for standing in standings]
    exemptions = exemptions_behind(
        [standing for standing, is_theirs in zip(standings, theirs, strict=True) if is_theirs]
    )
    return [
        (
            standing,
            view_of(
                standing,
                policy=policy,
                now=now,
                joined_on=standing.member.joined_on,
                exemptions=exemptions if is_theirs else (),
            ),
            is_theirs,
        )
        for standing, is_theirs in zip(standings, theirs, strict=True)
    ]
