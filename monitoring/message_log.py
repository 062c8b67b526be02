"""What was sent to the people of a region: the log of deliveries as an officer may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from notifications.models import Channel, Delivery, State
from notifications.topics import topic_of
from regions.models import Region
from regions.scope import Scope

MOST = 10_000  # newest first; nobody turns more pages, and a nation's log holds millions
CHANNELS = {"kotak-masuk": Channel.INBOX, "email": Channel.EMAIL, "whatsapp": Channel.WHATSAPP}


@dataclass(frozen=True)
class Result:
    """How the list speaks of some states."""

    label: str | Promise
    tone: str
    states: tuple[State, ...]


RESULTS = {
    "terkirim": Result(_("Terkirim"), "ok", (State.SENT,)),
    "gagal": Result(_("Gagal"), "late", (State.FAILED,)),
    "menunggu": Result(_("Menunggu"), "soon", (State.PLANNED, State.SENDING)),
    "batal": Result(_("Tidak perlu lagi"), "", (State.DROPPED,)),
}
RESULT_OF = {state: result for result in RESULTS.values() for state in result.states}


@dataclass(frozen=True)
class LogFilter:
    """The words of the address; one that means nothing filters nothing."""

    channel: str = ""
    result: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> LogFilter:
        """From `?saluran=email&hasil=gagal`."""
        channel, result = query.get("saluran", ""), query.get("hasil", "")
        return cls(channel if channel in CHANNELS else "", result if result in RESULTS else "")

    def apply(self, deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
        """Those that were asked for."""
        if self.channel:
            deliveries = deliveries.filter(channel=CHANNELS[self.channel])
        states = RESULTS[self.result].states if self.result else ()
        if len(states) == 1:
            return deliveries.filter(state=states[0])  # as the indexes of what is rare say it
        return deliveries.filter(state__in=states) if states else deliveries


class LogPaginator(Paginator[int]):
    """Pages over the ids of the newest `MOST`: counting them all would read the whole log of a nation."""

    @cached_property
    def count(self) -> int:
        """How many there are, up to MOST."""
        return cast("QuerySet[Delivery, int]", self.object_list).order_by()[:MOST].count()


@dataclass(frozen=True)
class LogRow:
    """One line; a name only of somebody who lives within the officer's scope now."""

    delivery: Delivery
    member_id: int | None
    name: str
    topic: str | Promise
    result: Result

    @property
    def sent_at(self) -> datetime | None:
        """When it was handed over."""
        return self.delivery.done_at if self.delivery.state == State.SENT else None

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be sent."""
        return self.delivery.done_at is None


def ids_of(*, region: Region, chosen: LogFilter) -> QuerySet[Delivery, int]:
    """The ids of the region's messages, the newest first.

    Messages are planned village by village, so those of a region lie together in the log: walking back through
    everybody's until a page is full may take a million rows. `+ 0` has the database sort the region's own ids, which
    it reads off an index, instead.
    """
    newest = F("pk").desc() if region.level == Region.Level.NATION else (F("pk") + 0).desc()
    found = chosen.apply(Delivery.objects.within(region.scope))
    return found.order_by(newest).values_list("pk", flat=True)


def deliveries_of(ids: Iterable[int], *, region: Region) -> QuerySet[Delivery]:
    """The messages of one page, with whom they are for."""
    found = Delivery.objects.within(region.scope).filter(pk__in=list(ids))
    return found.select_related("member", "region__parent").order_by("-pk")


def row_of(delivery: Delivery, *, scope: Scope) -> LogRow:
    """The delivery as somebody with this scope may see it."""
    topic, member = topic_of(delivery.topic), delivery.member
    is_seen = member is not None and scope.covers(member.village_id)
    return LogRow(
        delivery=delivery,
        member_id=member.pk if member and is_seen else None,
        name=member.name if member and is_seen else "",
        topic=topic.label if topic else delivery.topic,
        result=RESULT_OF[State(delivery.state)],
    )
