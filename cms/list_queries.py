"""What the addresses of the CMS's lists ask, before Wagtail hands it to the database as it stands there."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

SEARCHES = ("q", "search")  # of the pages, and of the API they use


class ListQueryMiddleware:
    """Searches without quotation marks, and answers 404 to a number that the database cannot hold.

    On SQLite Wagtail's search puts each word between such marks as it is, and fails at one that somebody typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Read the address of a page of the CMS, then go on."""
        if request.path.startswith(settings.CMS_PREFIX) and any('"' in request.GET.get(name, "") for name in SEARCHES):
            given = request.GET.copy()
            for name in SEARCHES:
                if name in given:
                    given.setlist(name, [text.replace('"', " ") for text in given.getlist(name)])
            request.GET = given  # type: ignore[assignment]  # the stubs know it unchanged only
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Somebody filters by a number of twenty digits; what is sent by a form is not judged here."""
        is_read = request.method == "GET" and request.path.startswith(settings.CMS_PREFIX)
        if is_read and isinstance(exception, OverflowError):
            raise Http404 from exception
