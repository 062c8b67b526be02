"""An officer asks for longer in a member's place: for those without an account, or who come to the office."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.decorators import OfficerRequest, officer_required
from members.models import Member
from training.errors import TrainingRefused
from training.exemption_forms import ExtensionForm
from training.exemption_services import ask_extension
from training.extension_views import FIELDS_OF_REFUSALS
from training.models import Extension
from training.owed import extendable_halves
from training.request_access import officer_of


@officer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def extension_for(request: OfficerRequest, uuid: UUID) -> HttpResponse:
    """The form for an active member of the officer's region; their own request is asked for where every member does."""
    members = Member.objects.within(request.scope).active().select_related("village__parent")
    member = get_object_or_404(members, uuid=uuid)
    if member.user_id == request.user.pk:
        return redirect("training:extensions")
    periods = extendable_halves(member)
    form = ExtensionForm(request.POST if request.method == "POST" else None, periods=periods) if periods else None
    if form is not None:
        form.fields["reason"].help_text = _("Apa yang menghalangi anggota ini menyelesaikan pelatihan tepat waktu.")
        if form.is_bound and form.is_valid() and (extension := _ask(request, member, form)):
            messages.success(request, _("Permohonan terkirim dan menunggu keputusan petugas lain."))
            return redirect("training:extension", uuid=extension.uuid)
    return render(request, "training/extensions/ask_for.html", {"member": member, "form": form})


def _ask(request: OfficerRequest, member: Member, form: ExtensionForm) -> Extension | None:
    """What was asked for; None where it was refused, with the refusal in the form."""
    try:
        return ask_extension(member=member, by=officer_of(request), **form.cleaned_data)
    except TrainingRefused as refusal:
        form.add_error(FIELDS_OF_REFUSALS.get(type(refusal)), str(refusal))
        return None
