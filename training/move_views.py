"""Members who would move between villages of different officers: what waits for whom, and the answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.decorators import OfficerRequest, officer_required
from members.errors import MemberError
from members.filters import FOR_ME
from members.forms import ReasonForm
from members.models import Member, MoveRequest
from regions.lookups import CODE
from regions.scope import Scope
from training.membership import accept_move, refuse_move, withdraw_move
from training.prospects import prospects
from training.request_access import officer_of

PAGE_SIZE = 25
WITH_BOTH = ("member__user", "from_village", "to_village", "asked_by", "decided_by")


def _find(request: OfficerRequest, uuid: UUID) -> MoveRequest:
    """A request of either side; others' is 404."""
    return get_object_or_404(MoveRequest.objects.visible_to(request.access).select_related(*WITH_BOTH), uuid=uuid)


def _find_decidable(request: OfficerRequest, uuid: UUID) -> MoveRequest:
    """A request that this officer answers; the side that asked gets 403."""
    found = _find(request, uuid)
    if not request.scope.covers(found.to_village_id):
        raise PermissionDenied
    return found


@officer_required
@never_cache
@require_safe
def move_list(request: OfficerRequest) -> HttpResponse:
    """What waits first, then what was answered, of both sides; `?status=saya` is what this officer answers."""
    moves = MoveRequest.objects.visible_to(request.access)
    region = request.GET.get("wilayah", "")
    if CODE.fullmatch(region):
        moves = moves.within(Scope.of(region))
    mine = request.GET.get("status") == FOR_ME
    if mine:
        moves = moves.waiting().decidable_by(request.access)
    waiting_first = Case(When(status=MoveRequest.Status.WAITING, then=0), default=1)
    rows = moves.select_related("member", "from_village", "to_village").order_by(waiting_first, "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "mine": mine}
    return render(request, "training/membership/moves.html", context)


@officer_required
@never_cache
@require_safe
def move(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """One request, and what accepting it would mean."""
    found = _find(request, uuid)
    covers_to, covers_from = (request.scope.covers(code) for code in (found.to_village_id, found.member.village_id))
    context: dict[str, Any] = {
        "move": found,
        "may_decide": found.is_waiting and covers_to,
        "may_withdraw": found.is_waiting and covers_from and not covers_to,
        "may_open": covers_from,
    }
    if context["may_decide"]:
        after = Member.objects.get(pk=found.member_id)
        after.village = found.to_village
        context["prospects"] = prospects(before=found.member, after=after, scope=request.scope)
    return render(request, "training/membership/move.html", context)


@officer_required
@require_POST
def accept(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Receive the member."""
    found = _find_decidable(request, uuid)
    try:
        accept_move(request=found, by=officer_of(request))
    except MemberError as refusal:
        messages.error(request, str(refusal))
        return redirect("training:move", uuid=uuid)
    names = {"name": found.member.name, "village": found.to_village.display_name}
    messages.success(request, _("%(name)s sekarang anggota %(village)s.") % names)
    return redirect("members:member", pk=found.member_id)


@officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Leave the member where they are: what will happen, the reason, then the deed."""
    found = _find_decidable(request, uuid)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label=_("Alasan menolak"),
        hint=_("Dibaca petugas yang meminta."),
    )
    if request.method == "POST" and form.is_valid():
        try:
            refuse_move(request=found, by=officer_of(request), reason=form.cleaned_data["reason"])
        except MemberError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Ditolak. Petugas yang meminta membaca alasannya."))
        return redirect("training:move", uuid=uuid)
    happens = _("%(name)s tetap anggota %(village)s.") % {
        "name": found.member.name,
        "village": found.from_village.full_name,
    }
    back, title = reverse("training:move", kwargs={"uuid": uuid}), _("Tolak permintaan pindah")
    trail = [(reverse("training:moves"), _("Anggota pindahan")), (back, found.member.name), ("", title)]
    context = {"title": title, "what_happens": happens, "form": form, "trail": trail, "back": back}
    return render(request, "training/with_reason.html", context)


@officer_required
@require_POST
def withdraw(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Take the request back."""
    found = _find(request, uuid)
    if not request.scope.covers(found.member.village_id):
        raise PermissionDenied
    try:
        withdraw_move(request=found, by=officer_of(request))
    except MemberError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Permintaan pindah dibatalkan."))
    return redirect("training:move", uuid=uuid)
