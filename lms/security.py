"""What django.middleware.security and django-csp leave to us: headers, and addresses that nobody types."""

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.http.response import HttpResponseBase

CMS_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(self), display-capture=(), geolocation=(self), gyroscope=(), "
    "magnetometer=(), microphone=(), payment=(), usb=()"
)


def content_policy(*, except_under: str, is_tls: bool) -> dict[str, Any]:
    """django-csp's setting: everything from our own address, and nothing inline; `except_under` is left alone."""
    return {
        "EXCLUDE_URL_PREFIXES": [except_under],
        "DIRECTIVES": {
            "default-src": [SELF],
            "img-src": [SELF, "data:"],
            "media-src": [SELF],
            "object-src": [NONE],
            "base-uri": [NONE],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
            "upgrade-insecure-requests": is_tls,
        },
    }


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
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.path.startswith(settings.CMS_PREFIX):
            # Also over the one that a previewed page brings along: its preview is a frame of the CMS.
            response["Content-Security-Policy"] = CMS_CONTENT_SECURITY_POLICY
        return response
