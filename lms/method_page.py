"""What somebody sees who comes to the address of a button by following it, e.g. after a log-in in between."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

READING = frozenset({"GET", "HEAD"})


class MethodPageMiddleware:
    """Gives the bare 405 of a view that only takes POST a page of ours, with the way back to where its button stands.

    A session that ended while the button was pressed leads there: the log-in page brings the person back to the
    address, but what was pressed is lost, and they must learn that nothing was saved.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer first; status and `Allow` stay as they are."""
        response = self.get_response(request)
        if response.status_code == 405 and request.method in READING and not getattr(response, "content", b"-"):
            response.content = render_to_string("405.html", {"back": _page_above(request.path)}, request)  # type: ignore[attr-defined]
        return response


def _page_above(path: str) -> str:
    """`/anggota/4/` for `/anggota/4/verifikasi/`; empty where there is no page."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    try:
        is_ours = resolve(above).view_name != "wagtail_serve"  # which takes any address for that of a page
    except Resolver404:
        return ""
    return above if is_ours else ""
