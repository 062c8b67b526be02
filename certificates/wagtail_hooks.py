"""The room's settings in the CMS: who signs, and the words for scores. Only the operator has the right to them."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from certificates.models import Predicate, Signatory


class SignatoryViewSet(SnippetViewSet):
    """Signatories by region."""

    model = Signatory
    icon = "edit"
    list_display = ["region", "position", "name"]
    form_fields = ["region", "position", "name", "rank", "nip", "place"]


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
    items = (SignatoryViewSet, PredicateViewSet)


register_snippet(CertificateSettings)
