"""Delivering to the inbox: a row of ours, so the notice and its delivery are one transaction and exactly once.

It wakes nobody, so it knows no quiet hours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from notifications.composing import Message, Unwritten, compose
from notifications.models import Channel, Delivery, Notice, State
from notifications.topics import Dropped

BATCH = 500
EXPIRED = "tidak sempat dikirim sebelum waktunya habis"
# Only our own composer can fail here; it is given time to be mended.
WAIT, MOST_ATTEMPTS = timedelta(hours=1), 6


def deliver_inbox(*, now: datetime, has_time: Callable[[], bool]) -> Counter[str]:
    """Everything that is due, in batches while there is time; returns how many deliveries ended in which state."""
    counts: Counter[str] = Counter()
    while has_time() and (batch := _deliver_batch(now)):
        counts += batch
    return counts


@transaction.atomic
def _deliver_batch(now: datetime) -> Counter[str]:
    """One batch; rows that another worker has in hand are passed over, where the database can tell."""
    due = Delivery.objects.due(now).filter(channel=Channel.INBOX).order_by("due_at", "pk")
    can_skip = connection.features.has_select_for_update_skip_locked
    rows = list(due.select_for_update(skip_locked=can_skip)[:BATCH])
    composed = compose([row for row in rows if row.expires_at >= now], now)
    fates = {row.pk: composed.get(row.pk, Unwritten()) for row in rows}
    _write_notices(rows, fates)
    by_end: dict[tuple[State, str], list[int]] = defaultdict(list)
    for row in rows:
        by_end[_end_of(fates[row.pk], row, now)].append(row.pk)
    counts: Counter[str] = Counter()
    for (state, result), ids in by_end.items():
        changes = {"due_at": now + WAIT} if state == State.PLANNED else {"done_at": now}
        ended = Delivery.objects.filter(pk__in=ids)
        ended.update(state=state, result=result, attempts=F("attempts") + 1, **changes)
        counts[state] += len(ids)
    return counts


def _end_of(fate: object, row: Delivery, now: datetime) -> tuple[State, str]:
    if isinstance(fate, Message):
        return State.SENT, "masuk kotak masuk"
    if isinstance(fate, Dropped):
        return State.DROPPED, fate.reason
    if row.expires_at < now:
        return State.FAILED, EXPIRED
    is_last = row.attempts + 1 >= MOST_ATTEMPTS or now + WAIT > row.expires_at
    return State.FAILED if is_last else State.PLANNED, "pesan tidak dapat disusun"


def _write_notices(rows: Sequence[Delivery], fates: Mapping[int, object]) -> None:
    notices = [
        Notice(user_id=row.user_id, key=row.key, matter=fate.matter, path=fate.path[:200], **_words(fate))
        for row in rows
        if isinstance(fate := fates[row.pk], Message) and row.user_id
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def _words(message: Message) -> dict[str, str]:
    return {"title": message.text.title, "body": message.text.body}
