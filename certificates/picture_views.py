"""Pictures of certificates: a small one for whoever may open the PDF, and the one that messengers show of a link."""

import logging
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from certificates.errors import FileDamaged
from certificates.files import read_as_issued
from certificates.lookups import public_lookup
from certificates.models import Certificate
from certificates.pictures import preview, share_picture
from certificates.validity import holds
from members.access import access_of

logger = logging.getLogger("akademi.certificates")


@login_required
@require_safe
def preview_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The first page, small, to its holder and the officers of the village; 404 to everybody else."""
    certificate = get_object_or_404(Certificate.objects.readable_by(access_of(request)).filed(), uuid=uuid)
    etag = f'"{certificate.sha256}-webp"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(preview(_content(certificate)), content_type="image/webp")
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"  # as the PDF: access is checked each time
    return response


@public_lookup
@require_safe
def share_file(request: HttpRequest, token: str) -> HttpResponse:
    """Anybody with the code: the first page as it was issued; 404 for what no longer holds: nobody should show that."""
    certificate = get_object_or_404(Certificate.objects.filed().select_related("record"), token=token)
    if not holds(certificate):
        raise Http404
    return HttpResponse(share_picture(_content(certificate)), content_type="image/png")


def _content(certificate: Certificate) -> bytes:
    """Our own bytes: what an officer brought behind them is neither shown to strangers nor drawn by PDFium."""
    try:
        return read_as_issued(certificate)
    except FileDamaged as error:
        logger.error("certificate %s: no picture, its file is gone or not the one that was issued", certificate.pk)
        raise Http404 from error
