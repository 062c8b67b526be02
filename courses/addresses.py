"""Public addresses of the course pages, which leave the shelf out."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

UrlParts = tuple[int, str | None, str | None]
ADDRESS_PANEL = MultiFieldPanel(
    [FieldPanel("slug", help_text=_("Bagian akhir alamat halaman. Biarkan bila ragu."))], heading=_("Alamat")
)


def without_shelf(parts: UrlParts | None, *, keep: int) -> UrlParts | None:
    """Drop the shelf's part of an address; `keep` parts follow it."""
    if parts is None:
        return None
    site_id, root_url, path = parts
    if path is None:
        return parts
    pieces = path.rstrip("/").split("/")
    del pieces[-keep - 1]
    return site_id, root_url, "/".join(pieces) + "/"


def public_path(page: Page) -> str:
    """The page's path on the default site, read off the page itself: lists of links need no query for it."""
    _front_page, catalogue, _shelf, *rest = page.url_path.strip("/").split("/")
    return "/" + "/".join([catalogue, *rest]) + "/"
