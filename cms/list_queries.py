"""What the addresses of the CMS's lists ask, before Wagtail hands it to the database as it stands there."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

SEARCH = "q"
MAX_KEY = 2**31 - 1  # the largest id that the columns of Wagtail hold


class ListQueryMiddleware:
    """Searches without quotation marks, and answers 404 to an id that no column holds.

    On SQLite Wagtail's search puts each word between such marks as it is, and fails at one that somebody typed; at a
    filter by a number of twenty digits the database itself does.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Read the address of a page of the CMS, then go on."""
        if request.path.startswith(settings.CMS_PREFIX) and request.GET:
            given = request.GET.copy()
            searched = [text.replace('"', " ") for text in given.pop(SEARCH, [])]
            if any(_is_no_key(value) for _name, values in given.lists() for value in values):
                raise Http404
            if searched:
                given.setlist(SEARCH, searched)
            request.GET = given  # type: ignore[assignment]  # the stubs know it unchanged only
        return self.get_response(request)


def _is_no_key(value: str) -> bool:
    """Digits alone, and more than any id; the length says so of what is too long to be read at all."""
    return value.isdecimal() and (len(value) > 30 or int(value) > MAX_KEY)
