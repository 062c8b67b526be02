"""Pages of the room: my certificates, the frozen PDF, public verification, revoking."""

import logging
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from certificates.deeds import deeds_on
from certificates.errors import CertificateError, FileDamaged
from certificates.files import number_slug, read_file
from certificates.forms import FileForm, ReissueForm, RevokeForm, VerifyForm
from certificates.link_previews import link_preview
from certificates.lookups import public_lookup
from certificates.models import Certificate
from certificates.pdf_check import Origin, inspect
from certificates.reissue import corrected, reissue_certificate
from certificates.revoking import revoke_certificate
from certificates.tasks import issue_certificate
from certificates.uploads import MemoryOnlyHandler
from certificates.validity import look_up
from certificates.verdicts import (
    as_json,
    differences,
    facts,
    heir_of,
    signature_lines,
    syllabus,
    verdict_of,
    verdict_of_file,
)
from members.access import access_of
from members.models import User

logger = logging.getLogger("akademi.certificates")

PAGE_SIZE = 25


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My certificates; a member who left keeps theirs."""
    member = access_of(request).member
    if member is None:
        raise PermissionDenied
    mine = Certificate.objects.of(member).select_related("record")
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    look_up(list(page.object_list))
    return render(request, "certificates/mine.html", {"page_obj": page})


@login_required
@require_safe
def pdf(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The PDF as it was issued, to its holder and the officers of the village; 404 to everybody else."""
    certificate = get_object_or_404(Certificate.objects.readable_by(access_of(request)), uuid=uuid)
    if not certificate.is_filed:
        return render(request, "certificates/in_the_making.html", {"certificate": certificate}, status=202)
    etag = f'"{certificate.sha256}"'
    response = get_conditional_response(request, etag=etag) or _file_response(request, certificate)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"  # asks us each time, so that access is checked each time
    return response


def _file_response(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    try:
        content = read_file(certificate)
    except FileDamaged as error:
        logger.error("certificate %s: its file is gone or not the one that was issued", certificate.pk)
        return render(request, "certificates/damaged.html", {"certificate": certificate, "error": error}, status=500)
    disposition = f'inline; filename="sertifikat-{number_slug(certificate)}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


@csrf_exempt  # until the handler is set: the token's check reads the upload
@public_lookup
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Anybody: is this certificate true? By its code or number, or by its PDF."""
    request.upload_handlers = [MemoryOnlyHandler(request)]
    return _verify(request)


@csrf_protect
def _verify(request: HttpRequest) -> HttpResponse:
    if request.POST.get("by") == "file":
        return _verify_file(request, FileForm(request.POST, request.FILES))
    return _verify_code(request, VerifyForm(request.POST or None))


def _verify_file(request: HttpRequest, form: FileForm) -> HttpResponse:
    """What the dropped PDF is, with everything that the true certificate says."""
    if not form.is_valid():
        return render(request, "certificates/verify.html", {"form": VerifyForm(), "file_form": form})
    inspection = inspect(form.cleaned_data["pdf"])
    certificate = inspection.certificate
    context: dict[str, object] = {"verdict": verdict_of_file(inspection), "origin": inspection.origin.value}
    if certificate is not None:
        context |= {"certificate": certificate, "facts": facts(certificate), "syllabus": syllabus(certificate)}
        context["signatures"] = signature_lines(certificate)
        if inspection.origin == Origin.CHANGED:
            context["true_verdict"] = verdict_of(certificate)
        else:
            context["heir"] = heir_of(certificate)
    return render(request, "certificates/verification.html", context, status=404 if certificate is None else 200)


def _verify_code(request: HttpRequest, form: VerifyForm) -> HttpResponse:
    """A hit goes on to the page that the certificate's QR names."""
    if not form.is_valid():
        return render(request, "certificates/verify.html", {"form": form, "file_form": FileForm()})
    certificate = form.find()
    if certificate is not None:
        return redirect("certificates:verification", token=certificate.token)
    return render(
        request,
        "certificates/verify.html",
        {"form": form, "file_form": FileForm(), "verdict": verdict_of(None)},
        status=404,
    )


@public_lookup
@require_safe
def verification(request: HttpRequest, token: str) -> HttpResponse:
    """Anybody with the code: the verdict and everything that is printed."""
    certificate = Certificate.objects.with_relatives().filter(token=token).first()
    verdict = verdict_of(certificate)
    context: dict[str, object] = {"verdict": verdict, "certificate": certificate}
    if certificate is None:
        return render(request, "certificates/verification.html", context, status=404)
    context |= {"facts": facts(certificate), "syllabus": syllabus(certificate)}
    context["link"] = link_preview(certificate, verdict)
    context["signatures"] = signature_lines(certificate)
    context |= {"heir": heir_of(certificate), "forebear": certificate.replaces}
    if _revocable(request, certificate):
        context["may_change"] = certificate.status == Certificate.Status.VALID
        context["may_reissue"] = certificate.is_reissuable
        context["deeds"] = deeds_on(certificate, scope=access_of(request).officer_scope)
    return render(request, "certificates/verification.html", context)


@public_lookup
@require_safe
def verification_json(request: HttpRequest, token: str) -> HttpResponse:
    """The same for machines."""
    certificate = Certificate.objects.with_relatives().filter(token=token).first()
    return JsonResponse(as_json(certificate), status=404 if certificate is None else 200)


def _revocable(request: HttpRequest, certificate: Certificate) -> bool:
    access = access_of(request)
    return Certificate.objects.revocable_by(access).filter(pk=certificate.pk).exists()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Officers of the issuing regency or above declare a certificate void, with a reason."""
    certificate = get_object_or_404(Certificate.objects.revocable_by(access_of(request)), uuid=uuid)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101  # login_required
        try:
            revoke_certificate(certificate=certificate, by=request.user, reason=form.cleaned_data["reason"])
        except CertificateError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Sertifikat %(number)s dicabut.") % {"number": certificate.number})
        return redirect("certificates:verification", token=certificate.token)
    return render(request, "certificates/revoke.html", {"form": form, "certificate": certificate})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reissue(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The same officers issue it anew after a correction, seeing what will change; the old one is superseded."""
    certificate = get_object_or_404(Certificate.objects.revocable_by(access_of(request)), uuid=uuid)
    form = ReissueForm(request.POST or None)
    if form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101  # login_required
        reason = form.cleaned_data["reason"]
        try:
            certificate = reissue_certificate(certificate=certificate, by=request.user, reason=reason)
        except CertificateError as refusal:
            messages.error(request, str(refusal))
        else:
            issue_certificate.delay_on_commit(certificate.record_id)  # type: ignore[attr-defined]  # not in celery-types
            done = _("Diterbitkan ulang dengan nomor %(number)s. PDF-nya sedang dibuat.")
            messages.success(request, done % {"number": certificate.number})
        return redirect("certificates:verification", token=certificate.token)
    changes = differences(certificate, corrected(certificate))
    return render(request, "certificates/reissue.html", {"form": form, "certificate": certificate, "changes": changes})
