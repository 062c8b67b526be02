"""Why something could not be delivered; the words are for the log and hold no personal data."""

from datetime import timedelta


class NotDelivered(Exception):  # noqa: N818  # a refusal, as in the other rooms
    """The channel did not take the message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason[:120]


class TryLater(NotDelivered):
    """It may go well another time; `after` is what the other side asked for.

    `is_channel` says that the trouble is of the whole channel and not of this one address.
    """

    def __init__(self, reason: str, *, after: timedelta | None = None, is_channel: bool = True) -> None:
        super().__init__(reason)
        self.after, self.is_channel = after, is_channel


class GiveUp(NotDelivered):
    """It will not go well another time either."""
