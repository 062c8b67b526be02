"""The operator's own words for a topic, in place of the built-in ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from notifications.texts import Text, problem_of, variables_of
from notifications.topics import Topic, topic_of, topics

LINK = "tautan"  # the variable with the address a message leads to, where a topic has one
SMS_LENGTH = 480  # three SMS; a gateway charges each


class MessageTextQuerySet(models.QuerySet["MessageText"]):
    """Finding texts."""

    def for_topics(self, keys: Iterable[str]) -> dict[str, MessageText]:
        """The texts of these topics by their key, in one query."""
        return self.in_bulk(list(keys), field_name="topic")

    def words_of(self, key: str) -> Text:
        """What the topic says now: the operator's words over those that are built in."""
        own = self.for_topics([key]).get(key)
        built_in = topics()[key].text
        return own.over(built_in) if own else built_in


class MessageText(PreviewableMixin, models.Model):
    """What a topic says by which kind of channel; a part that is empty stays as it is built in.

    Plain text: it is escaped wherever it is shown, and an e-mail is sent as text. Variables are replaced as they
    stand, nothing is looked up in an object.
    """

    topic = models.CharField(_("jenis pesan"), max_length=40, unique=True)
    title = models.CharField(
        _("judul"), max_length=150, blank=True, help_text=_("Subjek e-mail, judul di kotak masuk.")
    )
    body = models.TextField(
        _("isi panjang"), max_length=2000, blank=True, help_text=_("Untuk e-mail dan kotak masuk di situs ini.")
    )
    short = models.TextField(
        _("isi pendek"), max_length=SMS_LENGTH, blank=True, help_text=_("Untuk WhatsApp dan SMS. Sertakan {tautan}.")
    )
    updated_at = models.DateTimeField(_("diubah"), auto_now=True)

    objects = MessageTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("teks pesan")
        verbose_name_plural = _("teks pesan")
        ordering = ["topic"]
        constraints = [models.CheckConstraint(condition=~Q(topic=""), name="message_text_has_topic")]

    def __str__(self) -> str:
        return str(self.topic_label)

    @property
    def known_topic(self) -> Topic | None:
        """The topic, unless no room offers it any more."""
        return topic_of(self.topic)

    @property
    def topic_label(self) -> str | Promise:
        """The topic in words."""
        return self.known_topic.label if self.known_topic else self.topic

    def over(self, built_in: Text) -> Text:
        """These words, and the built-in ones where there are none."""
        return Text(*(own or given for own, given in zip((self.title, self.body, self.short), built_in, strict=True)))

    def clean(self) -> None:
        """Refuse variables that the topic does not offer, which would reach people as they stand; miss no link."""
        super().clean()
        if topic := self.known_topic:
            found = {name: problem_of(getattr(self, name), topic.examples) for name in Text._fields}
            found["short"] = found["short"] or self._missing_link(topic)
            if problems := {name: problem for name, problem in found.items() if problem}:
                raise ValidationError(problems)

    def _missing_link(self, topic: Topic) -> str:
        """What to say of a short text from which nobody could go on: WhatsApp and SMS have no link of their own."""
        if not self.short or LINK not in topic.examples or LINK in variables_of(self.short):
            return ""
        return str(_("Sertakan {tautan}: pesan WhatsApp dan SMS tidak punya tautan lain ke halaman yang dimaksud."))

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """The page beside the form in the CMS."""
        return "notifications/cms/message_text_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """The message with example data; nobody's own."""
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        if topic := self.known_topic:
            context |= {"topic": topic, "text": self.over(topic.text).filled(topic.examples)}
        return context
