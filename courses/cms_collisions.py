"""Two saves of the CMS that meet: the page that Wagtail saves by itself while it is published, an address taken twice.

Wagtail checks a page's form first and writes afterwards; what another save wrote in between, or what a bulk action
never checks, ends as an exception. Here it ends as a message, and nothing is half done.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_valid_next_url_from_request

SAVING = ("cms/pages/add/", "cms/pages/<int:page_id>/edit/", "cms/bulk/")
View = Callable[..., HttpResponseBase]


class CollisionMiddleware:
    """Makes a save in the CMS one transaction, and tries it once more when another one was faster."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on; the work is done once the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> HttpResponseBase | None:
        """Call the view of a save, and nobody else's."""
        route = request.resolver_match.route if request.resolver_match else ""
        if request.method != "POST" or not route.startswith(SAVING):
            return None
        return _save(request, partial(view, request, *args, **kwargs))


def _save(request: HttpRequest, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The second try sees what the other save wrote, so that the form itself says what is taken."""
    try:
        with transaction.atomic():
            return act()
    except (IntegrityError, ValidationError):
        pass
    try:
        with transaction.atomic():
            return act()
    except IntegrityError:
        return _refuse(request, [_("Halaman ini sedang disimpan di tempat lain. Muat ulang, lalu coba lagi.")])
    except ValidationError as error:
        return _refuse(request, error.messages)


def _refuse(request: HttpRequest, reasons: list[str]) -> HttpResponseBase:
    text = " ".join([_("Tidak ada yang diubah."), *reasons])
    if not request.accepts("text/html"):  # a draft that Wagtail saves by itself
        return JsonResponse({"success": False, "error_code": "collision", "error_message": text}, status=400)
    messages.error(request, text)
    return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")
