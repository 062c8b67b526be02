"""Taking a wrongly entered training back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.decorators import OfficerRequest, district_officer_required
from members.forms import ReasonForm
from training.errors import AlreadyReversed, TrainingRefused
from training.excusal import halves_lost, names_of
from training.request_access import find_reversible, officer_of
from training.services import reverse_training


@district_officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reverse_record(request: OfficerRequest, pk: int) -> HttpResponse:
    """What will happen, the reason, then the deed."""
    record = find_reversible(request, pk)
    if record.is_reversed and request.method != "POST":
        messages.error(request, str(AlreadyReversed.message))
        return redirect("members:member", pk=record.member_id)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label=_("Alasan pembatalan"),
        hint=_("Dibaca oleh petugas. Misalnya: tercatat dua kali, atau salah orang."),
    )
    if request.method != "POST" or not form.is_valid():
        context = {"record": record, "form": form, "lost": names_of(halves_lost(record))}
        return render(request, "training/reverse.html", context)
    try:
        reverse_training(record=record, reason=form.cleaned_data["reason"], by=officer_of(request))
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Catatan pelatihan “%(title)s” dibatalkan.") % {"title": record.title})
    return redirect("members:member", pk=record.member_id)
