"""Planning many at once within the database: who can be reached, each once."""

from datetime import timedelta

import pytest
from django.db.models import DateTimeField, F, QuerySet, Value
from django.db.models.fields import CharField
from django.utils import timezone

from members.models import Member, User
from notifications.channels import open_channels
from notifications.models import Channel, Delivery, State
from notifications.planning import BATCH, plan, plan_selected
from notifications.reach import reachable
from notifications.services import choose_channels
from tests.cast import Cast
from tests.notifications.topics import NOON, prove


def people(channel: Channel, key: str = "uji:1") -> QuerySet[Member]:
    """Active members as `plan_selected` wants them."""
    moment = DateTimeField()
    return (
        Member.objects.filter(reachable(channel), status=Member.Status.ACTIVE)
        .annotate(to_member=F("pk"), to_user=F("user_id"), to_region=F("village_id"), to_key=Value(key, CharField()))
        .annotate(to_due_at=Value(NOON, moment), to_expires_at=Value(NOON + timedelta(days=1), moment))
        .order_by("pk")
    )


def select(channel: Channel, key: str = "uji:1") -> int:
    return plan_selected(people(channel, key), topic="uji", channel=channel, now=NOON)


def test_everybody_is_planned_once(cast: Cast):
    assert select(Channel.INBOX) == 3
    assert select(Channel.INBOX) == 0
    assert select(Channel.INBOX, "uji:2") == 3
    delivery = Delivery.objects.get(member=cast.member, key="uji:1")
    assert (delivery.user, delivery.region_id) == (cast.member.user, cast.member.village_id)
    assert (delivery.state, delivery.attempts, delivery.planned_at) == (State.PLANNED, 0, NOON)
    assert (delivery.due_at, delivery.expires_at) == (NOON, NOON + timedelta(days=1))
    assert len(set(Delivery.objects.values_list("uuid", flat=True))) == 6


@pytest.mark.parametrize("nobody", [{"pk__in": []}, {"user__in": User.objects.none()}])
def test_nobody_at_all_is_nobody(cast: Cast, nobody: dict[str, object]):
    empty = people(Channel.INBOX).filter(**nobody)
    assert plan_selected(empty, topic="uji", channel=Channel.INBOX, now=NOON) == 0
    assert plan_selected(people(Channel.INBOX).none(), topic="uji", channel=Channel.INBOX, now=NOON) == 0
    assert not Delivery.objects.exists()


def test_only_those_whom_the_channel_reaches(cast: Cast):
    assert select(Channel.WHATSAPP) == 0  # nobody agreed
    Member.objects.filter(pk=cast.member.pk).update(phone="+6281234567890", whatsapp_consent_at=timezone.now())
    assert select(Channel.WHATSAPP) == 1
    prove(cast.member.user, cast.other_member.user)
    choose_channels(user=cast.member.user, email=False, whatsapp=False)
    assert select(Channel.WHATSAPP, "uji:2") == 0
    assert select(Channel.EMAIL) == 1


def test_without_an_account_only_whatsapp_reaches(cast: Cast):
    Member.objects.filter(pk=cast.member.pk).update(
        user=None, phone="+6281234567890", whatsapp_consent_at=timezone.now()
    )
    prove(cast.other_member.user)
    assert [select(channel) for channel in Channel] == [2, 1, 1]


def test_a_closed_account_is_not_reached(cast: Cast):
    user = cast.member.user
    user.is_active = False
    user.save()
    prove(user, cast.other_member.user, cast.neighbour_member.user)
    assert [select(Channel.INBOX), select(Channel.EMAIL)] == [2, 2]


def test_any_number_is_planned_in_batches(cast: Cast):
    number = BATCH + 1
    rows = (
        Delivery(
            key=f"uji:{n}",
            topic="uji",
            channel=Channel.INBOX,
            member=cast.member,
            user=cast.member.user,
            region_id=cast.member.village_id,
            planned_at=NOON,
            due_at=NOON,
            expires_at=NOON,
        )
        for n in range(number)
    )
    plan(rows)
    assert Delivery.objects.count() == number


@pytest.mark.parametrize(("url", "channels"), [("", 2), ("console:", 3)])
def test_whatsapp_is_planned_for_where_there_is_a_gateway(settings, url: str, channels: int):
    settings.WHATSAPP_GATEWAY_URL = url
    assert len(open_channels()) == channels
