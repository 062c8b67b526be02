"""The page where an officer brings the PDF that the signatory has signed with BSrE."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certificates.errors import CertificateError
from certificates.forms import SignedFileForm
from certificates.models import Certificate
from certificates.signing import take_signed_file
from certificates.verdicts import signature_lines
from members.access import access_of
from members.models import User


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Officers of the issuing regency or above put the signed file in the place of the certificate's."""
    revocable = Certificate.objects.revocable_by(access_of(request)).with_relatives()
    certificate = get_object_or_404(revocable.select_related("record__village"), uuid=uuid)
    form = SignedFileForm(request.POST, request.FILES) if request.method == "POST" else SignedFileForm()
    if form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101  # login_required
        try:
            signed = take_signed_file(certificate=certificate, content=form.cleaned_data["pdf"], by=request.user)
        except CertificateError as refusal:
            form.add_error("pdf", str(refusal))
        else:
            done = _("Berkas bertanda tangan %(name)s tersimpan. Unduhan dan cetakan sekarang memakai berkas ini.")
            messages.success(request, done % {"name": signed.signer})
            return redirect("certificates:verification", token=certificate.token)
    context = {"form": form, "certificate": certificate, "signatures": signature_lines(certificate)}
    return render(request, "certificates/sign.html", context)
