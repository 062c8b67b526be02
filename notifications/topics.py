"""What can be told: each topic with its text and the room that composes it.

Topics live in rooms above this one, so `settings.NOTIFICATION_TOPICS` names them as lazy strings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from notifications.texts import Text

if TYPE_CHECKING:
    from notifications.models.delivery import Delivery


@dataclass(frozen=True)
class Draft:
    """What a composer says of a delivery that is still wanted: its variables, where it leads, and what it waits for."""

    values: Mapping[str, str]
    path: str = ""
    matter: str = ""


@dataclass(frozen=True)
class Dropped:
    """Why a delivery is no longer wanted, in words without personal data."""

    reason: str


# Answers for as many deliveries as it is given, by their id, in a constant number of queries.
Composer = Callable[[Sequence["Delivery"], datetime], Mapping[int, Draft | Dropped]]


@dataclass(frozen=True)
class Topic:
    """One kind of message; `examples` are all its variables, with what the preview shows for them."""

    label: str | Promise
    text: Text
    compose: Composer
    examples: Mapping[str, str] = field(default_factory=dict)


@cache
def topics() -> dict[str, Topic]:
    """Every topic by its key."""
    return {key: import_string(path) for key, path in settings.NOTIFICATION_TOPICS.items()}


def topic_of(key: str) -> Topic | None:
    """One topic; None for a key nobody knows (any more)."""
    return topics().get(key)
