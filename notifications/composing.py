"""From a delivery to its message: the topic's composer says whether it is still wanted, the text is filled in."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from notifications.models import Delivery, MessageText
from notifications.texts import Text
from notifications.topics import Draft, Dropped, topic_of

logger = logging.getLogger("akademi.notifications")
PATIENCE = 20  # failures of a topic without a single message after which its composer counts as broken


@dataclass(frozen=True)
class Message:
    """A delivery's text, the local path it leads to, and the matter that its notice waits for."""

    text: Text
    path: str
    matter: str = ""

    @property
    def mail(self) -> str:
        """The body of an e-mail: with the address it leads to, unless the text has it."""
        address = f"{settings.BASE_URL}{self.path}"
        return self.text.body if not self.path or address in self.text.body else f"{self.text.body}\n\n{address}"


@dataclass(frozen=True)
class Unwritten:
    """The composer failed; it is our fault, and tried again."""


Composed = Message | Dropped | Unwritten


def compose(deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Composed]:
    """What to say for each delivery, by its id; the queries grow with the topics, not with the deliveries."""
    by_topic: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        by_topic[delivery.topic].append(delivery)
    own_words = MessageText.objects.for_topics(by_topic)
    found: dict[int, Composed] = {}
    for key, group in by_topic.items():
        found |= _compose_topic(key, group, own_words.get(key), now)
    return found


def _compose_topic(
    key: str, group: Sequence[Delivery], own_words: MessageText | None, now: datetime
) -> dict[int, Composed]:
    """One topic's answers, apart from the others: what goes wrong in its composer is undone and stays its own."""
    topic = topic_of(key)
    if topic is None:
        return {delivery.pk: Dropped("jenis pesan ini sudah tidak ada") for delivery in group}
    text = own_words.over(topic.text) if own_words else topic.text

    def written(part: Sequence[Delivery]) -> dict[int, Composed]:
        drafts = topic.compose(part, now)
        return {delivery.pk: _message(drafts.get(delivery.pk), text) for delivery in part}

    found = _by_halves(group, written, key)
    return {delivery.pk: found.get(delivery.pk, Unwritten()) for delivery in group}


def _by_halves(
    group: Sequence[Delivery], written: Callable[[Sequence[Delivery]], dict[int, Composed]], key: str
) -> dict[int, Composed]:
    """What can be written: a part that fails is asked for in halves, down to the deliveries that spoil it.

    A composer that never once succeeds is not asked about each of hundreds.
    """
    found: dict[int, Composed] = {}
    parts, failures = [group], 0
    while parts:
        part = parts.pop()
        try:
            with _savepoint():
                found |= written(part)
        except Exception:
            failures += 1
            if failures == 1:
                logger.exception("composing %s failed for %d deliveries", key, len(group))
            if len(part) > 1 and (found or failures < PATIENCE):
                half = len(part) // 2
                parts += [part[half:], part[:half]]
    if found and failures:
        logger.error("composing %s left out %d of %d deliveries", key, len(group) - len(found), len(group))
    return found


def _savepoint() -> AbstractContextManager[None]:
    """Within a transaction, so that a query that fails does not spoil it; without one there is nothing to spoil."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _message(draft: Draft | Dropped | None, text: Text) -> Composed:
    if isinstance(draft, Draft):
        return Message(text.filled(draft.values), draft.path, draft.matter)
    return draft or Unwritten()
