"""An officer changes a membership: what may be done, the form, what it would mean, then the deed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from members.changes import latest_event_id
from members.decorators import OfficerRequest, officer_required
from members.errors import MemberError, OutOfReach
from members.models import Member, MoveRequest
from regions.widgets import VillageStepsMixin
from training.membership_acts import ACTS, Act
from training.request_access import officer_of

NOT_CARRIED = ("csrfmiddlewaretoken", "langkah")


def find_changeable(request: OfficerRequest, pk: int) -> Member:
    """A verified member of the officer's region; a neighbour's is 404, their own 403."""
    members = Member.objects.within(request.scope).filter(number__isnull=False)
    member = get_object_or_404(members.select_related("village__parent", "squad", "user"), pk=pk)
    if member.user_id == request.user.pk:
        raise PermissionDenied
    return member


@officer_required
@never_cache
@require_safe
def choose(request: OfficerRequest, pk: int) -> HttpResponse:
    """What may be done about this member."""
    member = find_changeable(request, pk)
    by, access = officer_of(request), request.access
    acts = {slug: act for slug, kind in ACTS.items() if (act := kind(member=member, by=by, access=access)).is_open}
    waiting = MoveRequest.objects.waiting().filter(member=member).select_related("to_village").first()
    context = {"member": member, "acts": acts, "waiting_move": waiting}
    return render(request, "training/membership/choose.html", context)


@officer_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: OfficerRequest, pk: int, slug: str) -> HttpResponse:
    """One act; the step is named by the button that was pressed, and the check carries what the form held."""
    member = find_changeable(request, pk)
    if slug not in ACTS:
        raise Http404
    act = ACTS[slug](member=member, by=officer_of(request), access=request.access)
    if not act.is_open:
        return redirect("training:membership", pk=pk)
    step = request.POST.get("langkah", "")
    act.form = act.make_form(request.POST if request.method == "POST" else None)
    if step == "ubah" or not act.form.is_valid():
        return _write(request, act)
    return _perform(request, act) if step == "simpan" else _check(request, act)


def _write(request: OfficerRequest, act: Act) -> HttpResponse:
    """The form, as far as it is filled in."""
    picks = isinstance(act.form, VillageStepsMixin)
    context = {"member": act.member, "act": act, "form": act.form, "picks_village": picks}
    return render(request, "training/membership/write.html", context)


def _check(request: OfficerRequest, act: Act) -> HttpResponse:
    """What will happen; nothing is written yet."""
    carried = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_CARRIED]
    context = {"member": act.member, "act": act, "form": act.form, "carried": carried}
    return render(request, "training/membership/check.html", context)


def _perform(request: OfficerRequest, act: Act) -> HttpResponse:
    """Do it and go to the member's page; where it was refused, back to what was typed, beside the member of now."""
    try:
        done = act.perform()
    except OutOfReach as refusal:
        messages.error(request, str(refusal))
        return redirect("members:members")
    except MemberError as refusal:
        messages.error(request, str(refusal))
        return _again(request, act)
    messages.success(request, done)
    return redirect("members:member", pk=act.member.pk)


def _again(request: OfficerRequest, act: Act) -> HttpResponse:
    member, typed = find_changeable(request, act.member.pk), request.POST.copy()
    now = type(act)(member=member, by=act.by, access=act.access)
    if not now.is_open:
        return redirect("training:membership", pk=member.pk)
    typed["seen"] = str(latest_event_id(member))
    now.form = now.make_form(typed)
    return _write(request, now)
