"""Public addresses of the course pages, which leave the shelf out."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

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
