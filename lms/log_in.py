"""From Wagtail's log-in address to ours."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic import RedirectView


class CmsLogIn(RedirectView):
    """Where the CMS sends whoever may not enter it.

    Who is logged in already would be sent back from our log-in page and go round for ever: they read that they may
    not (403).
    """

    url = settings.LOGIN_URL
    query_string = True

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Lead strangers to our page."""
        if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
