"""The room in the CMS: the words of each message. Only the operator has the right to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from notifications.models import MessageText
from notifications.topics import topics


def _choices() -> list[tuple[str, Any]]:
    return [("", "–"), *((key, topic.label) for key, topic in topics().items())]


class MessageTextForm(WagtailAdminModelForm):
    """The topic is one of those that a room offers."""

    topic = forms.ChoiceField(label=_("Jenis pesan"), choices=_choices)


class TopicsPanel(HelpPanel):
    """Which variables each topic offers, and what it says without words of one's own."""

    class BoundPanel(HelpPanel.BoundPanel):
        """The same on one form."""

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """All topics."""
            return {**super().get_context_data(parent_context), "topics": topics().values()}


class MessageTextViewSet(SnippetViewSet):
    """Texts by topic."""

    model = MessageText
    icon = "mail"
    menu_label = _("Teks pesan")
    menu_order = 410
    add_to_admin_menu = True
    list_display = ["__str__", "title", "short", "updated_at"]
    edit_handler = ObjectList(
        [
            FieldPanel("topic"),
            FieldPanel("title"),
            FieldPanel("body"),
            FieldPanel("short"),
            TopicsPanel(heading=_("Variabel dan teks bawaan"), template="notifications/cms/topics.html"),
        ],
        base_form_class=MessageTextForm,
    )


register_snippet(MessageTextViewSet)
