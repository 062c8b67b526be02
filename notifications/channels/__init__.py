"""The channels that leave the house, behind one interface; the inbox needs none, it is a row of ours."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings

from notifications.channels.email import EmailChannel
from notifications.channels.gateway import gateway_for
from notifications.models.delivery import Channel


class Sender(Protocol):
    """One way out.

    `reference` is the same each time the same delivery is sent, so that the other side can tell a repetition.
    Returns the result in a few words without personal data; raises TryLater and GiveUp. What connects it to the other
    side is opened for the first message and kept until `close`, which may be called at any time and never raises.
    """

    def send(self, *, address: str, title: str, text: str, reference: str) -> str:
        """Hand the message over."""
        ...

    def close(self) -> None:
        """Let go of the connection; the next message opens another one."""
        ...


def sender_for(channel: str) -> Sender | None:
    """The channel as the operator configured it; None where it is not."""
    if channel == Channel.EMAIL:
        return EmailChannel()
    if channel == Channel.WHATSAPP:
        return gateway_for(settings.WHATSAPP_GATEWAY_URL, token=settings.WHATSAPP_GATEWAY_TOKEN)
    return None


def open_channels() -> list[str]:
    """The channels that messages may be planned for."""
    return [Channel.INBOX, Channel.EMAIL, *([Channel.WHATSAPP] if settings.WHATSAPP_GATEWAY_URL else [])]
