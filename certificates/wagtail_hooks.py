"""The room's settings in the CMS: who signs, and the words for scores. Only the operator has the right to them."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from certificates.designs import Design
from certificates.models import NumberPattern, Predicate, Signatory


class DesignViewSet(SnippetViewSet):
    """Designs by region and course."""

    model = Design
    icon = "image"
    list_display = ["name", "region", "course", "layout"]
    panels = [
        FieldPanel("name"),
        MultiFieldPanel([FieldPanel("region"), FieldPanel("course")], heading=_("Berlaku untuk")),
        MultiFieldPanel(
            [
                FieldPanel("layout"),
                FieldPanel("accent", widget=forms.TextInput(attrs={"type": "color"})),
                FieldPanel("logo"),
            ],
            heading=_("Rupa"),
        ),
        MultiFieldPanel([FieldPanel("heading"), FieldPanel("wording")], heading=_("Kata-kata")),
    ]


class SignatoryViewSet(SnippetViewSet):
    """Signatories by region."""

    model = Signatory
    icon = "edit"
    list_display = ["region", "position", "name"]
    form_fields = ["region", "position", "name", "rank", "nip", "place", "signature"]


class NumberPatternViewSet(SnippetViewSet):
    """Patterns of numbers by region."""

    model = NumberPattern
    icon = "order"
    list_display = ["region", "pattern"]
    form_fields = ["region", "pattern"]


class PredicateViewSet(SnippetViewSet):
    """Words for scores."""

    model = Predicate
    icon = "list-ol"
    list_display = ["label", "minimum"]
    form_fields = ["minimum", "label"]


class CertificateSettings(SnippetViewSetGroup):
    """The menu entry."""

    menu_label = _("Sertifikat")
    menu_icon = "form"
    menu_order = 400
    items = (DesignViewSet, SignatoryViewSet, NumberPatternViewSet, PredicateViewSet)


register_snippet(CertificateSettings)
