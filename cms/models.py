"""The site's own pages: the front page, and pages of plain information."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class HomePage(Page):
    """The front page: what the platform is, and the one thing to do next."""

    headline = models.CharField(
        _("kalimat utama"), max_length=120, help_text=_("Satu kalimat yang langsung dipahami orang yang baru datang.")
    )
    introduction = models.TextField(
        _("penjelasan"), max_length=400, help_text=_("Dua atau tiga kalimat: untuk siapa, apa gunanya.")
    )

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1

    class Meta:
        verbose_name = _("halaman depan")
        verbose_name_plural = _("halaman depan")


class InfoPage(Page):
    """A page of plain text, such as `/tentang/`."""

    introduction = models.TextField(_("ringkasan"), max_length=300, blank=True, help_text=_("Tampil di bawah judul."))
    body = RichTextField(_("isi"), features=TEXT_FEATURES)

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("halaman informasi")
        verbose_name_plural = _("halaman informasi")
