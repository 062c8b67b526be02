"""Puts the person's roles on the request, and keeps what they see out of caches."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers, patch_cache_control
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


class PersonalPageMiddleware:
    """No cache keeps what somebody sees who is logged in, unless the view says itself how long its answer may be kept.

    A village's laptop is shared: whoever comes next must not find the names of the one before by going back. Pages
    that are public but for the menu (courses, news) are asked for anew each time instead, so that going back to a
    lesson costs a phone nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer first: an answer for which nobody looked at the session is the same for everybody."""
        response = self.get_response(request)
        if response.has_header("Cache-Control") or not request.session.accessed or not request.user.is_authenticated:
            return response
        if request.resolver_match is not None and request.resolver_match.view_name == "wagtail_serve":
            patch_cache_control(response, private=True, no_cache=True)
        else:
            add_never_cache_headers(response)
        return response
