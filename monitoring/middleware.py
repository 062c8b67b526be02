"""Lets an officer's own act show at once in what waits for them."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from members.access import access_of
from monitoring.waiting import forget_waiting

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class OwnActMiddleware:
    """Forgets what waited for an officer after whatever they sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer first: only then is the act done, and whether the view asked for an officer's roles known."""
        response = self.get_response(request)
        if request.method not in READING and settings.MONITORING_CACHE_SECONDS:
            access = access_of(request)
            if access.has_acted_as_officer:
                forget_waiting(access)
        return response
