"""Puts the person's roles on the request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from members.access import Access


class AccessMiddleware:
    """Sets `request.access`, an `Access` that queries only when it is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the access object and go on."""
        request.access = SimpleLazyObject(lambda: Access(request.user))  # type: ignore[attr-defined]
        return self.get_response(request)
