"""The room's tables: the inbox, what leaves it by which channel and in whose words, a person's choice of channels."""

from notifications.models.choice import ChannelChoice
from notifications.models.delivery import Channel, Delivery, State
from notifications.models.message_text import MessageText
from notifications.models.notice import Notice

__all__ = ["Channel", "ChannelChoice", "Delivery", "MessageText", "Notice", "State"]
