"""The room in the CMS: the words of each message. Only the operator has the right to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, IndexView, SnippetViewSet

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


class KindsOfMessage(IndexView):
    """Every kind of message with the words in use, not only those that somebody has changed."""

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The kinds, each with the address under which its words are written; one query."""
        own = MessageText.objects.for_topics(topics())
        kinds = [
            {
                "label": topic.label,
                "own": key in own,
                "words": own[key].over(topic.text) if key in own else topic.text,
                "address": self.get_edit_url(own[key]) if key in own else f"{self.get_add_url()}?topic={key}",
            }
            for key, topic in topics().items()
        ]
        return {**super().get_context_data(*args, **kwargs), "kinds": kinds}


class NewText(CreateView):
    """Words for the kind that was chosen in the list."""

    def get_initial_form_instance(self) -> MessageText:
        """With the kind in its field."""
        key = self.request.GET.get("topic", "")
        return MessageText(topic=key if key in topics() else "")


class MessageTextViewSet(SnippetViewSet):
    """Texts by topic."""

    index_view_class = KindsOfMessage
    add_view_class = NewText
    index_results_template_name = "notifications/cms/message_texts.html"

    model = MessageText
    icon = "mail"
    menu_label = _("Teks pesan")
    menu_order = 410
    add_to_admin_menu = True
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
