"""The room's settings in the CMS: designs, who signs, words for scores. Only the operator has the right to them."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet, SnippetViewSetGroup

from certificates.designs import Design
from certificates.models import NumberPattern, Predicate, Signatory
from certificates.signatories import MOST

PERSON = ["position", "name", "rank", "nip", "signature"]


class DesignCreateView(CreateView):
    """A design is saved when its author says so: certificates take what is saved, so nothing may be half typed."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Without Wagtail's saving while one types."""
        super().setup(request, *args, **kwargs)
        self.autosave_enabled = False


class DesignEditView(EditView):
    """The same."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Without Wagtail's saving while one types."""
        super().setup(request, *args, **kwargs)
        self.autosave_enabled = False


class DesignViewSet(SnippetViewSet):
    """Designs by region and course."""

    model = Design
    add_view_class = DesignCreateView
    edit_view_class = DesignEditView
    index_results_template_name = "certificates/cms/designs.html"
    icon = "image"
    list_display = ["name", "region", "course", "layout"]
    panels = [
        FieldPanel("name"),
        MultiFieldPanel([FieldPanel("region"), FieldPanel("course")], heading=_("Berlaku untuk")),
        MultiFieldPanel(
            [
                FieldPanel("layout"),
                FieldPanel("frame"),
                FieldPanel("accent", widget=forms.TextInput(attrs={"type": "color"})),
                FieldPanel("logo"),
                FieldPanel("second_logo"),
            ],
            heading=_("Rupa"),
        ),
        MultiFieldPanel([FieldPanel("heading"), FieldPanel("wording")], heading=_("Kata-kata")),
        InlinePanel(
            "signatories",
            heading=_("Penandatangan"),
            label=_("Penandatangan"),
            help_text=_("Paling banyak tiga, berdampingan dari kiri. Kosong: penandatangan wilayah yang dipakai."),
            panels=[FieldPanel(name) for name in PERSON],
            max_num=MOST,
        ),
    ]


class SignatoryViewSet(SnippetViewSet):
    """Signatories by region."""

    model = Signatory
    icon = "edit"
    list_display = ["region", "order", "position", "name"]
    form_fields = ["region", "order", *PERSON, "place"]


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
