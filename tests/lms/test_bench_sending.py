"""The row of sending stands beside bare writes, and nobody else's messages leave for its sake."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.utils import timezone

from lms.bench_sending import sending_row
from lms.bench_table import as_markdown
from members.models import Member
from notifications.models import Channel, Delivery
from tests.cast import Cast
from tests.notifications.topics import planned


@pytest.fixture
def consenting(cast: Cast) -> Member:
    Member.objects.filter(pk=cast.member.pk).update(phone="+6281234567890", whatsapp_consent_at=timezone.now())
    return cast.member


def test_says_how_many_messages_leave_in_a_second(consenting: Member):
    row = sending_row(consenting, n=20)
    assert (row.name, row.unit, row.n) == ("sending, messages", "/s", 20)
    assert row.value > 0
    assert 0 < row.ratio < 1.5
    assert not Delivery.objects.exists()
    table = as_markdown({"machine": "2 cores", "rows": [asdict(row)]})
    assert f"| messages | {row.value:,.1f} /s | × {row.ratio:.2f} | {row.against} |" in table


def test_what_others_wait_for_is_not_sent(cast: Cast, consenting: Member):
    now = timezone.now()
    delivery = planned(cast, Channel.WHATSAPP, due_at=now, expires_at=now + timedelta(days=1))
    with pytest.raises(RuntimeError):
        sending_row(consenting, n=1)
    assert Delivery.objects.get() == delivery
