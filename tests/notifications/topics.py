"""A topic of the tests: it answers with what the test sets, as a room's composer would."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress

from members.models import User
from notifications.models import Channel, Delivery
from notifications.planning import plan
from notifications.texts import Text
from notifications.topics import Draft, Dropped, Topic, topics
from tests.cast import Cast

NOON = datetime(2026, 8, 5, 4, tzinfo=UTC)  # at noon in Kalimantan Selatan
NIGHT = datetime(2026, 8, 5, 14, tzinfo=UTC)  # at ten in the evening there
MORNING = datetime(2026, 8, 5, 22, tzinfo=UTC)  # at six


@dataclass
class Composing:
    """What the composer answers, and how often it was asked."""

    answer: Draft | Dropped = field(default_factory=lambda: Draft({"nama": "Ahmad"}, "/belajar/"))
    error: Exception | None = None
    malformed: Container[str] = ()  # keys that raise
    asked: int = 0

    def reset(self) -> None:
        self.answer, self.error, self.asked = Draft({"nama": "Ahmad"}, "/belajar/"), None, 0
        self.malformed = ()

    def __call__(self, deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Draft | Dropped]:
        self.asked += 1
        if self.error:
            raise self.error
        if any(delivery.key in self.malformed for delivery in deliveries):
            raise ValueError("malformed key")
        return {delivery.pk: self.answer for delivery in deliveries}


COMPOSING = Composing()
TOPIC = Topic(
    "Uji",
    Text("Salam {nama}", "Halo {nama}, mari berlatih.", "{nama}: mari berlatih."),
    COMPOSING,
    examples={"nama": "Contoh", "desa": "Desa Contoh"},
)


@pytest.fixture
def composing(settings) -> Iterator[Composing]:
    """The topic `uji`, with a composer that the test steers."""
    settings.NOTIFICATION_TOPICS = {"uji": "tests.notifications.topics.TOPIC"}
    topics.cache_clear()
    COMPOSING.reset()
    yield COMPOSING
    topics.cache_clear()


def prove(*people: User) -> None:
    """Their mailboxes have answered."""
    for user in people:
        EmailAddress.objects.create(user=user, email=user.email or "", verified=True, primary=True)


def planned(cast: Cast, channel: str = Channel.INBOX, key: str = "uji:1", **changes: object) -> Delivery:
    """A delivery to the cast's member, due at noon."""
    values: dict[str, object] = {
        "key": key,
        "topic": "uji",
        "channel": channel,
        "member": cast.member,
        "user": cast.member.user,
        "region_id": cast.member.village_id,
        "planned_at": NOON,
        "due_at": NOON,
        "expires_at": NOON + timedelta(days=3),
    }
    plan([Delivery(**values | changes)])
    return Delivery.objects.get(key=key, channel=channel)
