"""From a delivery to its message: the topic's composer says whether it is still wanted, the text is filled in."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from notifications.models import Delivery
from notifications.texts import Text
from notifications.topics import Dropped, topic_of

logger = logging.getLogger("akademi.notifications")


@dataclass(frozen=True)
class Message:
    """A delivery's text, and the local path it leads to."""

    text: Text
    path: str

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
    found: dict[int, Composed] = {}
    for key, group in by_topic.items():
        found |= _compose_topic(key, group, now)
    return found


def _compose_topic(key: str, group: Sequence[Delivery], now: datetime) -> dict[int, Composed]:
    topic = topic_of(key)
    if topic is None:
        return {delivery.pk: Dropped("jenis pesan ini sudah tidak ada") for delivery in group}
    try:
        drafts = topic.compose(group, now)
    except Exception:
        logger.exception("composing %s failed for %d deliveries", key, len(group))
        return {delivery.pk: Unwritten() for delivery in group}
    return {
        pk: draft if isinstance(draft, Dropped) else Message(topic.text.filled(draft.values), draft.path)
        for pk, draft in drafts.items()
    }
