"""Putting a letter to an exemption, and opening it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from members.decorators import OfficerRequest, officer_required
from regions.text import storable
from training.errors import LetterClosed, TrainingRefused
from training.letter_services import attach_letter, open_letter
from training.models import Exemption
from training.request_access import PersonRequest, find_exemption, member_or_officer_required, officer_of


@officer_required
@require_POST
def attach(request: OfficerRequest, uuid: UUID) -> HttpResponseBase:
    """Put a photo or PDF to a request of one's own."""
    exemption = find_exemption(request, uuid)
    upload = request.FILES.get("letter")
    if upload is None:
        messages.error(request, _("Pilih foto atau PDF suratnya."))
        return redirect("training:exemption", uuid=uuid)
    try:
        attach_letter(exemption=exemption, by=officer_of(request), upload=upload)
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Surat terlampir. Hanya pemutus dan orangnya yang dapat membukanya."))
    return redirect("training:exemption", uuid=uuid)


@member_or_officer_required
@never_cache
@require_POST
def look(request: PersonRequest, uuid: UUID) -> HttpResponseBase:
    """The letter itself, after the look is written down; a POST, so that no address opens it again unseen."""
    exemption = _visible(request, uuid)
    if not exemption.letter:
        raise Http404
    try:
        stored = exemption.letter.open("rb")
    except FileNotFoundError as lost:
        raise Http404 from lost
    reason = storable(request.POST.get("reason", ""))[:500]
    try:
        open_letter(exemption=exemption, by=request.user, reason=reason)
    except LetterClosed as refusal:
        stored.close()
        raise PermissionDenied from refusal
    except TrainingRefused as refusal:
        stored.close()
        messages.error(request, str(refusal))
        return redirect("training:exemption", uuid=uuid)
    kind = "application/pdf" if exemption.letter_is_pdf else "image/jpeg"
    response = FileResponse(stored, content_type=kind, filename=f"surat-{exemption.uuid.hex[:8]}")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _visible(request: PersonRequest, uuid: UUID) -> Exemption:
    """An exemption of the person's own, or of the officer's region."""
    member = request.access.member
    if member is not None and (own := Exemption.objects.filter(uuid=uuid, member=member).first()):
        return own
    return get_object_or_404(Exemption.objects.within(request.access.officer_scope), uuid=uuid)
