"""Headers that django.middleware.security and django-csp do not set for us."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class HeaderMiddleware:
    """Sets the permissions policy everywhere, and Wagtail's own, looser content policy under `/cms/`.

    Wagtail's admin still needs inline scripts and styles; django-csp leaves that prefix alone
    (EXCLUDE_URL_PREFIXES) and this middleware gives it a policy that keeps everything else shut.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request with the headers added."""
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        if request.path.startswith(settings.CMS_PREFIX):
            # Also over the one that a previewed page brings along: its preview is a frame of the CMS.
            response["Content-Security-Policy"] = settings.CMS_CONTENT_SECURITY_POLICY
        return response
