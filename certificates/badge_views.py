"""The digital badge for whoever may open the certificate, and the public lists of badges that no longer hold."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.badges import badge_of
from certificates.files import number_slug
from certificates.models import Certificate
from certificates.status_lists import MAX_AGE, MEDIA_TYPE, status_list
from members.access import access_of


@login_required
@require_safe
@cache_control(private=True, no_cache=True)
def badge(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The badge as a file, also of a certificate from before badges; 404 to whoever may not open the PDF."""
    certificate = get_object_or_404(Certificate.objects.readable_by(access_of(request)), uuid=uuid)
    # text/plain, as Open Badges 3.0 wants a token on the web.
    disposition = f'attachment; filename="lencana-{number_slug(certificate)}.jwt"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(badge_of(certificate), content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
@cache_control(public=True, max_age=MAX_AGE)
def status(request: HttpRequest, number: int) -> HttpResponse:
    """A status list, for anybody's program on anybody's page: no cookie, no counter, nothing about who asks."""
    found = status_list(number)
    if found is None:
        raise Http404
    headers = {"Access-Control-Allow-Origin": "*", "X-Robots-Tag": "noindex"}
    return HttpResponse(found, content_type=MEDIA_TYPE, headers=headers)
