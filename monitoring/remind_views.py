"""Reminding the members of the list at once: what it would come to, and the confirmation."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.decorators import OfficerRequest, officer_required
from monitoring.access import find_region, period_or_current
from monitoring.dashboard import trail_of
from monitoring.late import Asked
from notifications.models import Channel, MessageText
from notifications.tasks import fill_inboxes
from notifications.topics import topics
from regions.models import Region
from regions.scope import Scope
from training.models import Period, ReminderRun
from training.officer_names import is_within, roles_over
from training.reminder_now import TOPIC, Preview, ToRemind, preview_now, remind_now

LAST_SHOWN = 5


def _token(text: str) -> UUID:
    """The page's own; one that was tampered with is as good as a new one."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@never_cache
def remind(request: OfficerRequest, code: str) -> HttpResponse:
    """Whom the filtered list would remind, by which channels and with which words; by POST it does."""
    region = find_region(request, code)
    period, problem = period_or_current(request, region)
    back = f"{reverse('monitoring:late', args=[region.code])}?{request.GET.urlencode()}"
    if problem:
        return redirect(back)  # where the words of what is wrong are
    asked = Asked.of(request.GET, region=region, period=period)
    if not asked.is_readable:
        messages.error(request, _("Saringan di alamat itu tidak dikenal, jadi tidak ada yang diingatkan. Saring lagi."))
        return redirect(back)
    people = ToRemind(asked.chosen, region, period, asked.late.now)
    if request.method == "POST" and period.pk:
        token = _token(request.POST.get("token", ""))
        run = remind_now(people=people, officer=request.user, token=token, filters=asked.words)
        fill_inboxes.delay_on_commit()  # type: ignore[attr-defined]  # not in celery-types
        _tell(request, run)
        return redirect(back)
    context = _page(people, preview_now(people=people, officer=request.user))
    context |= {"trail": _trail(request, region, period, back), "back": back, "words": asked.words}
    context["runs"] = _last_runs(request, region)
    return render(request, "monitoring/remind.html", context)


def _trail(request: OfficerRequest, region: Region, period: Period, back: str) -> list[tuple[str, str]]:
    above = trail_of(region, request.scope, period, linked=True)
    return [*above, (back, _("Belum memenuhi")), ("", _("Ingatkan sekarang"))]


def _page(people: ToRemind, preview: Preview) -> dict[str, Any]:
    return {
        "region": people.region,
        "period": people.period,
        "preview": preview,
        "channels": [(Channel(name).label, number) for name, number in preview.channels.items()],
        "limit": settings.REMIND_NOW_DAILY_LIMIT,
        "quiet": f"{settings.QUIET_FROM_HOUR:02}.00–{settings.QUIET_UNTIL_HOUR:02}.00",
        "text": MessageText.objects.words_of(TOPIC).filled(topics()[TOPIC].examples),
        "shows_short": Channel.WHATSAPP in preview.channels,
        "token": uuid4(),
    }


def _last_runs(request: OfficerRequest, region: Region) -> list[tuple[ReminderRun, str]]:
    """Who reminded people of this region or below it before, by name as far as the reader may know it."""
    runs = ReminderRun.objects.within(request.scope).within(region.scope).filter(reminded__gt=0)
    runs = runs.select_related("officer", "period", "region__parent").prefetch_related("officer__role_grants")
    return [(run, _who(run, request.scope)) for run in runs[:LAST_SHOWN]]


def _who(run: ReminderRun, scope: Scope) -> str:
    """An officer of the reader's own regions by name, of others only that they are from above."""
    if run.officer is None:
        return _("petugas")
    roles = roles_over(run.officer, run.region_id)
    if is_within(roles, scope):
        return run.officer.name
    return _("petugas wilayah di atas") if roles or run.officer.is_superuser else _("petugas")


def _tell(request: OfficerRequest, run: ReminderRun) -> None:
    """`312 anggota diingatkan; 5 sudah diingatkan hari ini dan 2 perlu dihubungi langsung.`"""
    rest = [(run.skipped, _("%d sudah diingatkan hari ini")), (run.unreachable, _("%d perlu dihubungi langsung"))]
    parts = [words % number for number, words in rest if number]
    text = ngettext("%(n)d anggota diingatkan", "%(n)d anggota diingatkan", run.reminded) % {"n": run.reminded}
    tell = messages.success if run.reminded else messages.warning
    tell(request, f"{'; '.join([text, *([get_text_list(parts, _('dan'))] if parts else [])])}.")
