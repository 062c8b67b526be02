"""Pages of extensions: a member asks for longer, an officer of their village or above answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.decorators import OfficerRequest, officer_required
from members.forms import ReasonForm
from members.models import Member
from training.errors import AskedBefore, ExtensionOutOfRange, NothingToExtend, ReasonMissing, TrainingRefused
from training.exemption_forms import ExtensionForm
from training.exemption_services import (
    ask_extension,
    grant_extension,
    may_decide_extension,
    refuse_extension,
)
from training.models import Exemption, Extension
from training.owed import extendable_halves, owed_halves
from training.request_access import (
    PersonRequest,
    active_member,
    find_decidable_extension,
    find_extension,
    member_or_officer_required,
    officer_of,
)
from training.request_filters import ExtensionFilter
from training.standing import describe
from training.telling import after_no, after_yes, reason_hint

PAGE_SIZE = 25
FIELDS_OF_REFUSALS = {ExtensionOutOfRange: "until", ReasonMissing: "reason", NothingToExtend: None, AskedBefore: None}


@member_or_officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def extensions(request: PersonRequest) -> HttpResponse:
    """My requests and the form for a member; those of the region, what waits first, for an officer."""
    member = active_member(request.access)
    context: dict[str, Any] = {}
    if member is not None:
        form = _form(request, member)
        if form is not None and form.is_bound and form.is_valid() and _ask(request, member, form):
            return redirect("training:extensions")
        context |= _mine(member, form)
    if request.access.officer_scope:
        context |= _region(request)
    return render(request, "training/extensions/list.html", context)


def _form(request: PersonRequest, member: Member) -> ExtensionForm | None:
    """The form, where there is a half to extend."""
    periods = extendable_halves(member)
    return ExtensionForm(request.POST if request.method == "POST" else None, periods=periods) if periods else None


def _mine(member: Member, form: ExtensionForm | None) -> dict[str, Any]:
    own = Extension.objects.filter(member=member).select_related("period").order_by("-pk")
    letters = Exemption.objects.filter(member=member).exclude(letter="")
    owes = form is not None or bool(owed_halves(member))
    return {"member": member, "form": form, "own": own, "owes": owes, "letters": letters}


def _ask(request: PersonRequest, member: Member, form: ExtensionForm) -> bool:
    """Whether it was asked for; a refusal is shown in the form."""
    try:
        ask_extension(member=member, by=request.user, **form.cleaned_data)
    except TrainingRefused as refusal:
        form.add_error(FIELDS_OF_REFUSALS.get(type(refusal)), str(refusal))
        return False
    messages.success(request, _("Permohonan terkirim. Aparat desa menjawabnya; hasilnya muncul di Pemberitahuan."))
    return True


def _region(request: PersonRequest) -> dict[str, Any]:
    scope = request.access.officer_scope
    people = Extension.objects.within(scope).select_related("period", "member__village__parent")
    filters = ExtensionFilter(request.GET, queryset=people, access=request.access)
    return {
        "is_officer": True,
        "filters": filters,
        "tabs": filters.tabs(),
        "page_obj": Paginator(filters.listed, PAGE_SIZE).get_page(request.GET.get("page")),
        "many_villages": "wilayah" in filters.form.fields,
        "is_filtered": any(request.GET.get(name) for name in ("cari", "wilayah", "status")),
    }


@member_or_officer_required
@never_cache
@require_safe
def extension_detail(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One request with how the member stands, and the officer's answer."""
    extension = find_extension(request, uuid)
    is_mine = extension.member.user_id == request.user.pk
    context = {
        "extension": extension,
        "view": describe(extension.member, now=timezone.now(), period=extension.period),
        "is_mine": is_mine,
        "is_asker": not is_mine and extension.asked_by_id == request.user.pk,
        "may_decide": extension.is_waiting and may_decide_extension(extension=extension, user=request.user),
    }
    return render(request, "training/extensions/detail.html", context)


@officer_required
@require_POST
def extension_grant(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Give the member until the day they asked for."""
    extension = find_decidable_extension(request, uuid)
    try:
        grant_extension(extension=extension, by=officer_of(request))
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, after_yes(extension.member))
    return redirect("training:extension", uuid=uuid)


@officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def extension_refuse(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """Leave the deadline as it is, with a reason."""
    extension = find_decidable_extension(request, uuid)
    name = {"name": extension.member.name, "period": extension.period}
    form = ReasonForm(
        request.POST if request.method == "POST" else None, label=_("Alasan"), hint=reason_hint(extension.member)
    )
    if request.method != "POST" or not form.is_valid():
        back = reverse("training:extension", args=[uuid])
        context = {
            "title": _("Tolak perpanjangan waktu"),
            "what_happens": _("Batas waktu %(name)s untuk %(period)s tetap. Permohonan baru boleh diajukan.") % name,
            "form": form,
            "back": back,
            "trail": [(reverse("training:extensions"), _("Perpanjangan waktu")), (back, extension.member.name)],
        }
        return render(request, "training/with_reason.html", context)
    try:
        refuse_extension(extension=extension, by=officer_of(request), reason=form.cleaned_data["reason"])
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, after_no(_("Ditolak."), extension.member))
    return redirect("training:extension", uuid=uuid)
