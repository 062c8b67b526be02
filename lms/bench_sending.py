"""Sending measured: messages that leave for a file, beside the same writes without our code."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from django.test import override_settings
from django.utils import timezone

from lms.bench import Row
from lms.bench_table import SENDING
from members.models import Member
from notifications.delivering import deliver_due
from notifications.models import Channel, Delivery
from notifications.planning import plan
from notifications.texts import Text
from notifications.topics import Draft, Topic, topics

TOPIC = Topic("Bench", Text("Bench", "Bench", "Bench"), lambda deliveries, _now: {d.pk: Draft({}) for d in deliveries})


def sending_row(member: Member, *, n: int = 1000) -> Row:
    """`n` WhatsApp messages to a member with consent; raises RuntimeError where anything else would be sent too."""
    now, facts = timezone.now(), {"topic": "bench", "channel": Channel.WHATSAPP, "member": member}
    times = {"planned_at": now, "due_at": now, "expires_at": now + timedelta(days=1), "region_id": member.village_id}
    if Delivery.objects.due(now).exists():
        raise RuntimeError("something waits to be sent in this database")
    plan(Delivery(key=f"bench:{turn}", **facts, **times) for turn in range(n))
    try:
        with TemporaryDirectory() as folder:
            speed, bare = _ours(Path(folder), now), _bare(Path(folder), n)
    finally:
        Delivery.objects.filter(topic="bench").delete()
    against = f"two bare updates and a line {bare:.0f}/s"
    return Row(f"{SENDING}messages", round(speed), "/s", against, round(speed / bare, 2), n)


def _ours(folder: Path, now: datetime) -> float:
    """Messages a second of a run of the scheduler."""
    ways = {"NOTIFICATION_TOPICS": {"bench": f"{__name__}.TOPIC"}, "WHATSAPP_GATEWAY_URL": f"file://{folder}/ours"}
    with override_settings(**ways, QUIET_FROM_HOUR=0, QUIET_UNTIL_HOUR=0, SENDING_SECONDS=600):
        topics.cache_clear()
        started = perf_counter()
        sent = deliver_due(now=now).sent
        seconds = perf_counter() - started
    topics.cache_clear()
    return sent / seconds


def _bare(folder: Path, n: int) -> float:
    """Messages a second of what cannot be saved: a row is taken and finished, a line leaves."""
    started = perf_counter()
    for pk in Delivery.objects.filter(topic="bench").values_list("pk", flat=True)[:n]:
        for word in ("taken", "done"):
            Delivery.objects.filter(pk=pk).update(result=word)
        with (folder / "bare").open("a") as file:
            file.write('{"to": "+62", "text": "Bench", "reference": ""}\n')
    return n / (perf_counter() - started)
