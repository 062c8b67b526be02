"""What django.middleware.security and django-csp leave to us: headers, and addresses that nobody types."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class HeaderMiddleware:
    """Sets the permissions policy everywhere, and Wagtail's own, looser content policy under `/cms/`.

    Wagtail's admin still needs inline scripts and styles; django-csp leaves that prefix alone
    (EXCLUDE_URL_PREFIXES) and this middleware gives it a policy that keeps everything else shut.

    An address with a NUL is a bad request: no text of ours holds one, and PostgreSQL refuses to look for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request with the headers added."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in the address")
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        if request.path.startswith(settings.CMS_PREFIX):
            # Also over the one that a previewed page brings along: its preview is a frame of the CMS.
            response["Content-Security-Policy"] = settings.CMS_CONTENT_SECURITY_POLICY
        return response
