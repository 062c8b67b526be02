"""Sending what is due: each delivery by one worker at a time, with back-off, never at night, never what is not wanted.

Between handing a message over and writing that down a worker may be killed. Its claim then ends, and the message is
handed over once more under the same reference: at least once outside the house, exactly once in the inbox
(docs/adr/0020-a-reminder-is-sent-once.md).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import uuid4

from django.conf import settings
from django.db.models import Count, F

from notifications.channels import Sender, sender_for
from notifications.composing import Composed, Message, Unwritten, compose
from notifications.errors import GiveUp, TryLater
from notifications.inbox import EXPIRED, deliver_inbox
from notifications.models import Channel, Delivery, State
from notifications.quiet import next_allowed
from notifications.reach import address_of
from notifications.topics import Dropped

logger = logging.getLogger("akademi.notifications")
LEASE = timedelta(minutes=10)  # far longer than any channel's time-outs
MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=2)  # then 8, 32, 128 and 512
BATCH = 50  # deliveries read and composed at once
PORTION = 5000  # of what expired, given up at once: some 0.4 s
FRESH = 5.0  # seconds for which what was read of a batch holds
TROUBLE = 5  # refusals to connect in a row after which the channel is left alone until the next run
UNFINISHED = "pengirim terhenti sebelum selesai"
TOO_LATE_BY_MORNING = "tidak terkirim: waktunya habis sebelum pagi"


class Clock:
    """The moment a run began, and the time since: leases must not be counted from the start of a long run.

    It also says how long the channel whose turn it is may go on.
    """

    def __init__(self, now: datetime) -> None:
        self.began, self._started, self._until = now, monotonic(), 0.0

    def __call__(self) -> datetime:
        """Now."""
        return self.began + timedelta(seconds=self.passed)

    @property
    def passed(self) -> float:
        """The run's seconds so far."""
        return monotonic() - self._started

    def share(self, turns: int) -> None:
        """Give the next of so many turns its part of what is left of SENDING_SECONDS."""
        passed = self.passed
        self._until = passed + (settings.SENDING_SECONDS - passed) / turns

    def has_time(self) -> bool:
        """Whether the turn is not over yet."""
        return self.passed < self._until


@dataclass
class Delivered:
    """What a run came to; `later` are tried again, `stopped` are channels that seem to be down.

    `left` is what is due still, because the run had no more time for it. `expired` are those among `failed` that no run
    came to before their time was over: there was more to send than the runs could.
    """

    sent: int = 0
    later: int = 0
    failed: int = 0
    dropped: int = 0
    stopped: int = 0
    left: int = 0
    expired: int = 0

    def add(self, state: str, number: int = 1) -> None:
        """Count deliveries by the state they ended in."""
        names = {State.SENT: "sent", State.FAILED: "failed", State.DROPPED: "dropped"}
        name = names.get(State(state), "later")
        setattr(self, name, getattr(self, name) + number)


def deliver_due(*, now: datetime) -> Delivered:
    """Send what is due for as long as SENDING_SECONDS allow; never in a transaction.

    The channels share the time: each may use its part of what those before it left over, and the longest queue comes
    last, so that no second is left unused while something waits. One that breaks does not keep the others from sending.
    What expired is given up first, in a turn of its own.
    """
    done, clock = Delivered(), Clock(now)
    clock.share(len(Channel) + 1)
    if expired := fail_expired(now=now, clock=clock):
        done.expired = done.failed = expired
        logger.error("%d messages expired unsent: SENDING_SECONDS are too few, or a channel was down", expired)
    channels = _shortest_queue_first(now)
    for number, channel in enumerate(channels):
        clock.share(len(channels) - number)
        try:
            _deliver_channel(channel, clock, done)
        except Exception as error:  # its words may hold an address
            done.stopped += 1
            logger.error("channel %s stopped: %s", channel.value, type(error).__name__)
    return done


def fail_expired(*, now: datetime, clock: Clock) -> int:
    """Give up what nobody sent before its time was over, in portions while there is time; returns how many.

    Whether it was still wanted is not asked: one of a backlog's hundreds of thousands costs no question. What is left
    of it, the channels give up after what they can still send, or the next run does.
    """
    late, total = Delivery.objects.due(now).filter(expires_at__lt=now), 0
    while clock.has_time() and (ids := list(late.order_by().values_list("pk", flat=True)[:PORTION])):
        given_up = {"state": State.FAILED, "result": EXPIRED, "done_at": now, "claim": None, "claimed_until": None}
        total += late.filter(pk__in=ids).update(**given_up)
    return total


def _shortest_queue_first(now: datetime) -> list[Channel]:
    queues = Delivery.objects.due(now).order_by().values_list("channel").annotate(number=Count("pk"))
    lengths = dict(queues)
    return sorted(Channel, key=lambda channel: lengths.get(channel.value, 0))


def _deliver_channel(channel: Channel, clock: Clock, done: Delivered) -> None:
    if channel == Channel.INBOX:
        for state, number in deliver_inbox(now=clock.began, has_time=clock.has_time).items():
            done.add(state, number)
    elif sender := sender_for(channel):
        with closing(sender):
            _deliver_by(channel, sender, clock, done)
    else:
        return  # what is planned for it waits until there is a gateway
    done.left += Delivery.objects.due(clock()).filter(channel=channel).count()


def _deliver_by(channel: Channel, sender: Sender, clock: Clock, done: Delivered) -> None:
    trouble = 0
    for delivery, composed in _due(channel, clock):
        if not claim(delivery, clock()):
            continue  # somebody else has it
        state, is_trouble = _send(delivery, composed, sender, clock)
        done.add(state)
        trouble = trouble + 1 if is_trouble else 0
        if trouble == TROUBLE:
            done.stopped += 1
            logger.warning("channel %s does not answer, left until the next run", channel.value)
            return


def _due(channel: Channel, clock: Clock) -> Iterator[tuple[Delivery, Composed]]:
    """What is due with what to say, the longest due first, while there is time.

    Read and composed a batch at a time, and anew what FRESH seconds did not do for: a person who met the requirement
    or no longer agrees gets nothing. Whoever takes a delivery sees to it that it is due no longer.
    """
    due = Delivery.objects.filter(channel=channel).select_related("member", "user__channel_choice")
    while clock.has_time():
        began, now = clock.passed, clock()
        waiting = due.due(now).order_by("due_at", "pk")
        batch = list(waiting[:BATCH])
        if not batch:
            return
        if all(delivery.expires_at < now for delivery in batch):  # a backlog is given up after what is still of use
            batch = list(waiting.filter(expires_at__gte=now)[:BATCH]) or batch
        composed = compose(batch, now)
        for number, delivery in enumerate(batch):
            if not clock.has_time():
                return
            if number and clock.passed - began > FRESH:
                break
            yield delivery, composed.get(delivery.pk, Unwritten())


def claim(delivery: Delivery, now: datetime) -> bool:
    """Take the delivery for this worker; False if another one holds it or it is not as it was read.

    One UPDATE decides: whoever comes second finds its condition no longer true.
    """
    token, until = uuid4(), now + LEASE
    mine = Delivery.objects.due(now).filter(pk=delivery.pk, attempts=delivery.attempts)
    if not mine.update(state=State.SENDING, claim=token, claimed_until=until, attempts=F("attempts") + 1):
        return False
    delivery.state, delivery.claim, delivery.claimed_until = State.SENDING, token, until
    delivery.attempts += 1
    return True


def _send(delivery: Delivery, composed: Composed, sender: Sender, clock: Clock) -> tuple[str, bool]:
    """Send one claimed delivery; returns its state, and whether the channel is in trouble."""
    now = clock()
    if delivery.attempts > MOST_ATTEMPTS:
        return _finish(delivery, State.FAILED, UNFINISHED, now), False
    if now > delivery.expires_at:
        return _finish(delivery, State.FAILED, EXPIRED, now), False
    if (morning := next_allowed(now, delivery.region_id)) != now:
        return _postpone(delivery, morning, now), False
    if isinstance(composed, Dropped):
        return _finish(delivery, State.DROPPED, composed.reason, now), False
    if isinstance(composed, Unwritten):
        return _retry(delivery, TryLater("pesan tidak dapat disusun"), now), False
    return _hand_over(delivery, composed, sender, clock)


def _hand_over(delivery: Delivery, message: Message, sender: Sender, clock: Clock) -> tuple[str, bool]:
    address = address_of(delivery)
    if not address:
        return _finish(delivery, State.DROPPED, "saluran ini tidak lagi dipilih atau disetujui", clock()), False
    text = message.text.short if delivery.channel == Channel.WHATSAPP else message.mail
    try:
        result = sender.send(address=address, title=message.text.title, text=text, reference=str(delivery.uuid))
    except TryLater as problem:
        if problem.is_channel:
            sender.close()
        return _retry(delivery, problem, clock()), problem.is_channel
    except GiveUp as problem:
        return _finish(delivery, State.FAILED, problem.reason, clock()), False
    except Exception as error:  # a channel must not stop the others; its words may hold an address
        sender.close()
        logger.error("channel %s broke: %s", delivery.channel, type(error).__name__)
        return _retry(delivery, TryLater("kesalahan saluran"), clock()), True
    return _finish(delivery, State.SENT, result, clock()), False


def _finish(delivery: Delivery, state: State, result: str, now: datetime) -> str:
    return _release(delivery, state=state, result=result, done_at=now)


def _postpone(delivery: Delivery, until: datetime, now: datetime) -> str:
    """Until the quiet hours are over; it was no attempt."""
    if until > delivery.expires_at:
        return _finish(delivery, State.FAILED, TOO_LATE_BY_MORNING, now)
    return _release(delivery, state=State.PLANNED, due_at=until, attempts=delivery.attempts - 1)


def _retry(delivery: Delivery, problem: TryLater, now: datetime) -> str:
    """Later: after what the other side asked for or the back-off, and not at night."""
    wait = max(problem.after or timedelta(0), FIRST_WAIT * 4 ** (delivery.attempts - 1))
    due_at = next_allowed(now + wait, delivery.region_id)
    if delivery.attempts >= MOST_ATTEMPTS or due_at > delivery.expires_at:
        return _finish(delivery, State.FAILED, problem.reason, now)
    return _release(delivery, state=State.PLANNED, due_at=due_at, result=problem.reason)


def _release(delivery: Delivery, **changes: object) -> str:
    """Write down what became of it, unless the claim was lost meanwhile."""
    mine = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim)
    if not mine.update(claim=None, claimed_until=None, **changes):
        logger.warning("delivery %d outlived its claim", delivery.pk)
    return str(changes["state"])
