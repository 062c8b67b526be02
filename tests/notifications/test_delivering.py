"""Deliveries: once each, by the channel that was planned, again after trouble, never at night, never unwanted."""

import json
import stat
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPSenderRefused
from socket import socket
from threading import Event
from time import monotonic

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from members.models import Member, User
from notifications import delivering
from notifications.channels import gateway as gateway_module
from notifications.composing import PATIENCE
from notifications.delivering import LEASE, MOST_ATTEMPTS, TROUBLE, Clock, Delivered, claim, deliver_due, fail_expired
from notifications.models import Channel, Delivery, Notice, State
from notifications.services import choose_channels
from notifications.topics import Draft, Dropped, Topic, topics
from tests.cast import Cast
from tests.factories import MemberFactory
from tests.notifications.gateway import Gateway
from tests.notifications.topics import MORNING, NIGHT, NOON, TOPIC, Composing, planned, prove
from tests.races import at_once

PHONE = "+6281234567890"


@pytest.fixture
def consenting(cast: Cast) -> Cast:
    """The cast, whose member agreed to WhatsApp."""
    Member.objects.filter(pk=cast.member.pk).update(phone=PHONE, whatsapp_consent_at=timezone.now())
    cast.member.refresh_from_db()
    return cast


@pytest.fixture(autouse=True)
def proven(request: pytest.FixtureRequest) -> None:
    """The mailbox of the cast's member has answered."""
    prove(request.getfixturevalue("cast").member.user)


def fate(delivery: Delivery) -> tuple[str, int, str]:
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts, delivery.result


# --- the inbox --------------------------------------------------------------------------------


def test_the_inbox_gets_the_filled_text(cast: Cast, composing: Composing):
    delivery = planned(cast)
    assert deliver_due(now=NOON) == Delivered(sent=1)
    notice = Notice.objects.get()
    assert (notice.user, notice.key, notice.path) == (cast.member.user, "uji:1", "/belajar/")
    assert (notice.title, notice.body) == ("Salam Ahmad", "Halo Ahmad, mari berlatih.")
    assert fate(delivery) == (State.SENT, 1, "masuk kotak masuk")
    assert delivery.done_at == NOON


def test_what_was_sent_is_not_sent_again(cast: Cast, composing: Composing):
    planned(cast)
    deliver_due(now=NOON)
    planned(cast)  # planned twice, too
    assert deliver_due(now=NOON + timedelta(days=1)) == Delivered()
    assert Notice.objects.count() == Delivery.objects.count() == 1


def test_what_is_not_due_waits(cast: Cast, composing: Composing):
    planned(cast, due_at=NOON + timedelta(seconds=1))
    assert deliver_due(now=NOON) == Delivered()
    assert deliver_due(now=NOON + timedelta(seconds=1)) == Delivered(sent=1)


def test_what_is_no_longer_wanted_is_dropped_at_the_moment_of_sending(cast: Cast, composing: Composing):
    delivery = planned(cast)
    composing.answer = Dropped("sudah memenuhi")
    assert deliver_due(now=NOON) == Delivered(dropped=1)
    assert fate(delivery) == (State.DROPPED, 1, "sudah memenuhi")
    assert not Notice.objects.exists()


def test_a_composer_that_fails_is_asked_again_later_and_not_for_ever(cast: Cast, composing: Composing):
    delivery, now = planned(cast), NOON
    composing.error = RuntimeError("rusak")
    for attempt in range(1, MOST_ATTEMPTS):
        assert deliver_due(now=now) == Delivered(later=1)
        assert fate(delivery) == (State.PLANNED, attempt, "pesan tidak dapat disusun")
        now = delivery.due_at
    assert deliver_due(now=now) == Delivered(failed=1)
    assert fate(delivery)[0] == State.FAILED


def crowd(cast: Cast, number: int) -> None:
    for n, person in enumerate(MemberFactory() for _ in range(number)):
        planned(cast, key=f"uji:{n}", member=person, user=person.user)


@pytest.mark.parametrize("bad", [{"uji:0"}, {"uji:6"}, {"uji:0", "uji:1", "uji:7", "uji:12"}])
def test_a_malformed_delivery_keeps_no_other_from_being_sent(cast: Cast, composing: Composing, bad: set[str]):
    crowd(cast, 13)
    composing.malformed = bad
    assert deliver_due(now=NOON) == Delivered(sent=13 - len(bad), later=len(bad))
    assert set(Delivery.objects.exclude(state=State.SENT).values_list("key", flat=True)) == bad
    assert Notice.objects.count() == 13 - len(bad)


def test_what_one_malformed_delivery_costs(cast: Cast, composing: Composing, django_assert_max_num_queries):
    crowd(cast, 16)
    composing.malformed = {"uji:5"}
    # As below, where none is: the savepoints of four halves that go well, of five that are undone, and a second fate.
    with django_assert_max_num_queries(14 + 4 * 2 + 5 * 3 + 1):
        deliver_due(now=NOON)
    assert composing.asked == 1 + 2 * 4


def test_a_composer_that_never_succeeds_is_not_asked_about_everyone(cast: Cast, composing: Composing):
    crowd(cast, 40)
    composing.error = RuntimeError("rusak")
    assert deliver_due(now=NOON) == Delivered(later=40)
    assert composing.asked < PATIENCE + 10


def test_a_topic_that_nobody_knows_any_more_is_dropped(cast: Cast, composing: Composing):
    planned(cast, topic="lama")
    assert deliver_due(now=NOON) == Delivered(dropped=1)


def test_the_questions_do_not_grow_with_the_deliveries(cast: Cast, composing: Composing, django_assert_num_queries):
    people = [MemberFactory() for _ in range(12)]
    for number, person in enumerate(people):
        planned(cast, key=f"uji:{number}", member=person, user=person.user)
    # Twice a savepoint, its release and the question; once the notices, with theirs, and what became of the deliveries;
    # the composer's savepoint, the operator's own words; once what expired and how long the queues are; and once for
    # each channel what is left.
    with django_assert_num_queries(16):
        assert deliver_due(now=NOON) == Delivered(sent=12)
    assert composing.asked == 1


# --- quiet hours ------------------------------------------------------------------------------


def test_nobody_is_woken_at_night_by_the_clock_of_the_village(cast: Cast, composing: Composing):
    delivery = planned(cast, Channel.EMAIL)
    assert deliver_due(now=NIGHT) == Delivered(later=1)
    assert not mail.outbox
    assert fate(delivery)[:2] == (State.PLANNED, 0)
    assert delivery.due_at == MORNING
    assert deliver_due(now=MORNING - timedelta(seconds=1)) == Delivered()
    assert deliver_due(now=MORNING) == Delivered(sent=1)


def test_the_inbox_wakes_nobody(cast: Cast, composing: Composing):
    planned(cast)
    assert deliver_due(now=NIGHT) == Delivered(sent=1)
    assert Notice.objects.exists()


def test_what_would_be_too_late_in_the_morning_has_failed_at_night(cast: Cast, composing: Composing):
    delivery = planned(cast, Channel.EMAIL, expires_at=MORNING - timedelta(seconds=1))
    assert deliver_due(now=NIGHT) == Delivered(failed=1)
    assert fate(delivery)[::2] == (State.FAILED, "tidak terkirim: waktunya habis sebelum pagi")
    in_time = planned(cast, Channel.EMAIL, key="uji:2", expires_at=MORNING)
    assert deliver_due(now=NIGHT) == Delivered(later=1)
    assert deliver_due(now=MORNING - timedelta(seconds=1)) == Delivered()
    assert fate(in_time)[0] == State.PLANNED


@pytest.mark.parametrize("channel", [Channel.INBOX, Channel.EMAIL])
def test_what_nobody_sent_in_time_has_failed(cast: Cast, composing: Composing, channel: Channel):
    delivery = planned(cast, channel, expires_at=NOON + timedelta(hours=1))
    in_time = planned(cast, channel, key="uji:2", expires_at=NOON + timedelta(hours=3))
    assert deliver_due(now=NOON + timedelta(hours=2)) == Delivered(sent=1, failed=1, expired=1)
    assert fate(delivery)[::2] == (State.FAILED, "tidak sempat dikirim sebelum waktunya habis")
    assert delivery.done_at == NOON + timedelta(hours=2)
    assert fate(in_time)[0] == State.SENT
    assert deliver_due(now=NOON + timedelta(hours=3)) == Delivered()


def test_a_backlog_that_expired_leaves_the_channels_their_time(
    cast: Cast, composing: Composing, monkeypatch: pytest.MonkeyPatch
):
    """Its turn ends after two portions; what is left of it, the next run gives up."""
    monkeypatch.setattr(delivering, "PORTION", 2)
    for n in range(5):
        planned(cast, Channel.EMAIL, key=f"uji:{n}", expires_at=NOON + timedelta(hours=1))
    clock = Clock(NOON + timedelta(hours=2))
    turns = iter([True, True, False])
    monkeypatch.setattr(clock, "has_time", lambda: next(turns))
    assert fail_expired(now=clock.began, clock=clock) == 4
    assert deliver_due(now=clock.began) == Delivered(failed=1, expired=1)


def test_what_is_left_of_a_backlog_comes_after_what_can_still_be_sent(
    cast: Cast, composing: Composing, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(delivering, "BATCH", 2)
    monkeypatch.setattr(delivering, "fail_expired", lambda **_: 0)
    for n in range(3):
        planned(cast, Channel.EMAIL, key=f"uji:{n}", expires_at=NOON + timedelta(hours=1))
    in_time = planned(cast, Channel.EMAIL, key="uji:3", expires_at=NOON + timedelta(hours=3))
    ended: list[int] = []
    finish = delivering._finish
    monkeypatch.setattr(delivering, "_finish", lambda row, *facts: ended.append(row.pk) or finish(row, *facts))
    assert deliver_due(now=NOON + timedelta(hours=2)) == Delivered(sent=1, failed=3)
    assert ended[0] == in_time.pk


def test_what_expires_in_the_hands_of_a_worker_is_the_workers(cast: Cast, composing: Composing):
    delivery = planned(cast, Channel.EMAIL, expires_at=NOON + timedelta(minutes=1))
    assert claim(delivery, NOON)
    assert deliver_due(now=NOON + timedelta(minutes=2)) == Delivered()
    assert fate(delivery)[0] == State.SENDING
    assert deliver_due(now=NOON + LEASE + timedelta(seconds=1)) == Delivered(failed=1, expired=1)


@pytest.mark.parametrize("channel", [Channel.INBOX, Channel.EMAIL])
def test_what_expires_while_a_run_goes_on_has_failed_too(
    cast: Cast, composing: Composing, monkeypatch: pytest.MonkeyPatch, channel: Channel
):
    monkeypatch.setattr(delivering, "fail_expired", lambda **_: 0)
    delivery = planned(cast, channel, expires_at=NOON + timedelta(hours=1))
    assert deliver_due(now=NOON + timedelta(hours=2)) == Delivered(failed=1)
    assert fate(delivery)[::2] == (State.FAILED, "tidak sempat dikirim sebelum waktunya habis")


# --- e-mail -----------------------------------------------------------------------------------


def test_an_e_mail_tells_where_to_go_and_can_be_told_from_its_repetition(cast: Cast, composing: Composing, settings):
    delivery = planned(cast, Channel.EMAIL)
    assert deliver_due(now=NOON) == Delivered(sent=1)
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([cast.member.user.email], "Salam Ahmad")
    assert message.body == f"Halo Ahmad, mari berlatih.\n\n{settings.BASE_URL}/belajar/"
    assert str(delivery.uuid) in message.extra_headers["Message-ID"]


def test_a_value_cannot_add_a_header(cast: Cast, composing: Composing):
    composing.answer = Draft({"nama": "A\r\nBcc: x@contoh.id"})
    planned(cast, Channel.EMAIL)
    deliver_due(now=NOON)
    assert mail.outbox[0].subject == "Salam A Bcc: x@contoh.id"
    assert mail.outbox[0].bcc == []


def test_a_channel_that_is_not_chosen_is_not_used(cast: Cast, composing: Composing):
    delivery = planned(cast, Channel.EMAIL)
    choose_channels(user=cast.member.user, email=False, whatsapp=True)
    assert deliver_due(now=NOON) == Delivered(dropped=1)
    assert fate(delivery)[2] == "saluran ini tidak lagi dipilih atau disetujui"
    assert not mail.outbox


def test_a_mailbox_that_never_answered_gets_nothing(cast: Cast, composing: Composing):
    delivery = planned(cast, Channel.EMAIL)
    EmailAddress.objects.update(verified=False)
    assert deliver_due(now=NOON) == Delivered(dropped=1)
    assert fate(delivery)[0] == State.DROPPED
    assert not mail.outbox


# --- the gateway ------------------------------------------------------------------------------


def test_the_gateway_gets_the_short_text_with_its_token(consenting: Cast, composing: Composing, gateway: Gateway):
    delivery = planned(consenting, Channel.WHATSAPP)
    assert deliver_due(now=NOON) == Delivered(sent=1)
    assert gateway.messages == [{"to": PHONE, "text": "Ahmad: mari berlatih.", "reference": str(delivery.uuid)}]
    assert gateway.seen_headers[0]["Authorization"] == "Bearer rahasia"
    assert gateway.seen_headers[0]["Idempotency-Key"] == str(delivery.uuid)
    assert fate(delivery) == (State.SENT, 1, "diterima gerbang (HTTP 200)")


def test_trouble_of_the_gateway_is_met_with_patience(consenting: Cast, composing: Composing, gateway: Gateway):
    gateway.answers = [500, 503, 200]
    delivery = planned(consenting, Channel.WHATSAPP)
    assert deliver_due(now=NOON) == Delivered(later=1)
    assert fate(delivery) == (State.PLANNED, 1, "gerbang minta dicoba lagi (HTTP 500)")
    first = delivery.due_at - NOON
    assert timedelta(minutes=2) <= first < timedelta(minutes=3)
    assert deliver_due(now=NOON + timedelta(minutes=1)) == Delivered()
    again = delivery.due_at
    assert deliver_due(now=again) == Delivered(later=1)
    delivery.refresh_from_db()
    assert timedelta(minutes=8) <= delivery.due_at - again < timedelta(minutes=9)
    assert deliver_due(now=delivery.due_at) == Delivered(sent=1)
    assert {message["reference"] for message in gateway.messages} == {str(delivery.uuid)}


def test_patience_ends(consenting: Cast, composing: Composing, gateway: Gateway):
    gateway.answers = [500]
    delivery, now = planned(consenting, Channel.WHATSAPP), NOON
    while delivery.state == State.PLANNED:
        deliver_due(now=now)
        delivery.refresh_from_db()
        now = delivery.due_at
    assert fate(delivery) == (State.FAILED, MOST_ATTEMPTS, "gerbang minta dicoba lagi (HTTP 500)")
    assert len(gateway.messages) == MOST_ATTEMPTS


def test_a_gateway_that_does_not_answer_in_time(
    consenting: Cast, composing: Composing, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gateway_module, "READ_SECONDS", 0.2)
    gateway.holds = Event()
    delivery = planned(consenting, Channel.WHATSAPP)
    assert deliver_due(now=NOON) == Delivered(later=1)
    assert fate(delivery) == (State.PLANNED, 1, "gerbang tidak menjawab tepat waktu")


@pytest.mark.parametrize("headers", [{}, {"Connection": "close"}], ids=["kept", "closing"])
def test_a_gateway_that_answers_and_stalls_costs_no_more_than_a_body_is_worth(
    consenting: Cast,
    composing: Composing,
    gateway: Gateway,
    monkeypatch: pytest.MonkeyPatch,
    headers: dict[str, str],
):
    monkeypatch.setattr(gateway_module, "BODY_SECONDS", 0.1)
    gateway.headers = headers
    gateway.body, gateway.stalls_body = b"{", Event()
    planned(consenting, Channel.WHATSAPP)
    began = monotonic()
    assert deliver_due(now=NOON) == Delivered(sent=1)
    assert monotonic() - began < 5  # it is silent for ten seconds


def test_a_gateway_says_when_to_come_again(consenting: Cast, composing: Composing, gateway: Gateway):
    gateway.answers, gateway.headers = [429], {"Retry-After": "3600"}
    delivery = planned(consenting, Channel.WHATSAPP)
    deliver_due(now=NOON)
    delivery.refresh_from_db()
    assert timedelta(hours=1) <= delivery.due_at - NOON < timedelta(minutes=61)


@pytest.mark.parametrize("code", [400, 410, 413, 422])
def test_a_refused_number_is_not_tried_again(consenting: Cast, composing: Composing, gateway: Gateway, code: int):
    gateway.answers = [code]
    delivery = planned(consenting, Channel.WHATSAPP)
    assert deliver_due(now=NOON) == Delivered(failed=1)
    assert fate(delivery) == (State.FAILED, 1, f"pesan ditolak gerbang (HTTP {code})")


@pytest.mark.parametrize("code", [302, 401, 402, 403, 404, 405, 407, 408, 409, 425, 429, 500, 502, 503, 504])
def test_what_is_not_about_the_message_is_tried_again(
    consenting: Cast, composing: Composing, gateway: Gateway, code: int
):
    gateway.answers = [code, 200]
    delivery = planned(consenting, Channel.WHATSAPP)
    assert deliver_due(now=NOON) == Delivered(later=1)
    assert fate(delivery) == (State.PLANNED, 1, f"gerbang minta dicoba lagi (HTTP {code})")
    assert deliver_due(now=delivery.due_at) == Delivered(sent=1)


def test_a_gateway_that_is_not_there_is_tried_again(consenting: Cast, composing: Composing, settings):
    with socket() as unused:
        unused.bind(("127.0.0.1", 0))  # and nobody listens
        settings.WHATSAPP_GATEWAY_URL = f"http://127.0.0.1:{unused.getsockname()[1]}/pesan"
        delivery = planned(consenting, Channel.WHATSAPP)
        assert deliver_due(now=NOON) == Delivered(later=1)
    assert fate(delivery) == (State.PLANNED, 1, "gerbang tidak tersambung")


def test_a_redirect_is_not_followed(consenting: Cast, composing: Composing, gateway: Gateway):
    gateway.answers, gateway.headers = [307], {"Location": f"{gateway.url}/lain"}
    delivery = planned(consenting, Channel.WHATSAPP)
    assert deliver_due(now=NOON) == Delivered(later=1)
    assert len(gateway.messages) == 1
    assert fate(delivery) == (State.PLANNED, 1, "gerbang minta dicoba lagi (HTTP 307)")


def test_a_gateway_that_is_down_is_left_alone_and_reported(
    consenting: Cast, composing: Composing, gateway: Gateway, caplog: pytest.LogCaptureFixture
):
    gateway.answers = [500]
    for number in range(TROUBLE + 3):
        planned(consenting, Channel.WHATSAPP, key=f"uji:{number}")
    planned(consenting, Channel.EMAIL)
    assert deliver_due(now=NOON) == Delivered(sent=1, later=TROUBLE, stopped=1, left=3)
    assert len(gateway.messages) == TROUBLE
    assert PHONE not in caplog.text


def test_a_gateway_without_credit_burns_no_message(consenting: Cast, composing: Composing, gateway: Gateway):
    gateway.answers = [402]
    for number in range(TROUBLE + 1):
        planned(consenting, Channel.WHATSAPP, key=f"uji:{number}")
    assert deliver_due(now=NOON) == Delivered(later=TROUBLE, stopped=1, left=1)
    assert not Delivery.objects.filter(state=State.FAILED).exists()


def test_messages_that_the_gateway_has_in_hand_say_nothing_of_the_others(
    consenting: Cast, composing: Composing, gateway: Gateway
):
    gateway.answers = [409] * TROUBLE + [200]
    for number in range(TROUBLE + 1):
        planned(consenting, Channel.WHATSAPP, key=f"uji:{number}")
    assert deliver_due(now=NOON) == Delivered(later=TROUBLE, sent=1)


def test_a_mail_server_that_refuses_our_sender_burns_no_message(
    cast: Cast, composing: Composing, monkeypatch: pytest.MonkeyPatch
):
    def refuse(_message: EmailMessage) -> None:
        raise SMTPSenderRefused(530, b"5.7.0 Authentication required", "akademi@contoh.id")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    for number in range(TROUBLE + 1):
        planned(cast, Channel.EMAIL, key=f"uji:{number}")
    assert deliver_due(now=NOON) == Delivered(later=TROUBLE, stopped=1, left=1)
    assert not Delivery.objects.filter(state=State.FAILED).exists()


@pytest.mark.parametrize("change", [{"whatsapp_consent_at": None}, {"phone": None}])
def test_without_consent_or_number_nothing_is_sent(
    consenting: Cast, composing: Composing, gateway: Gateway, change: dict[str, None]
):
    planned(consenting, Channel.WHATSAPP)
    Member.objects.filter(pk=consenting.member.pk).update(**change)
    assert deliver_due(now=NOON) == Delivered(dropped=1)
    assert not gateway.messages


def test_without_a_gateway_the_message_waits(consenting: Cast, composing: Composing):
    delivery = planned(consenting, Channel.WHATSAPP)
    assert deliver_due(now=NOON) == Delivered()
    assert fate(delivery)[0] == State.PLANNED


def test_a_file_stands_in_for_the_gateway(consenting: Cast, composing: Composing, settings, tmp_path: Path):
    target = tmp_path / "pesan.jsonl"
    settings.WHATSAPP_GATEWAY_URL = f"file://{target}"
    planned(consenting, Channel.WHATSAPP)
    planned(consenting, Channel.WHATSAPP, key="uji:2")
    assert deliver_due(now=NOON) == Delivered(sent=2)
    assert [json.loads(line)["to"] for line in target.read_text().splitlines()] == [PHONE, PHONE]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_the_console_stands_in_for_the_gateway(consenting: Cast, composing: Composing, settings, capsys):
    settings.WHATSAPP_GATEWAY_URL = "console:"
    planned(consenting, Channel.WHATSAPP)
    assert deliver_due(now=NOON) == Delivered(sent=1)
    assert "Ahmad: mari berlatih." in capsys.readouterr().out


# --- the time of a run ------------------------------------------------------------------------


class Watch:
    """A clock whose every reading takes `step` seconds."""

    def __init__(self, step: float) -> None:
        self.step, self.at = step, 0.0

    def __call__(self) -> float:
        self.at += self.step
        return self.at


@pytest.mark.parametrize("channel", [Channel.INBOX, Channel.EMAIL])
def test_a_run_ends_in_time_and_says_what_is_left(cast: Cast, composing: Composing, settings, channel: Channel):
    for number in range(3):
        planned(cast, channel, key=f"uji:{number}")
    settings.SENDING_SECONDS = 0
    assert deliver_due(now=NOON) == Delivered(left=3)
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.PLANNED, 0)}
    settings.SENDING_SECONDS = 50
    assert deliver_due(now=NOON) == Delivered(sent=3)


def test_the_next_run_goes_on_where_the_time_was_over(
    cast: Cast, composing: Composing, settings, monkeypatch: pytest.MonkeyPatch
):
    for number in range(10):
        planned(cast, Channel.EMAIL, key=f"uji:{number}")
    settings.SENDING_SECONDS = 10
    monkeypatch.setattr(delivering, "monotonic", Watch(0.5))
    first = deliver_due(now=NOON)
    assert 0 < first.sent < 10
    assert first.left == 10 - first.sent
    while (found := deliver_due(now=NOON)).left:
        pass
    assert found.sent
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == len(mail.outbox) == 10


def test_a_long_queue_of_one_channel_leaves_the_next_one_its_time(
    consenting: Cast, composing: Composing, gateway: Gateway, settings, monkeypatch: pytest.MonkeyPatch
):
    for number in range(20):
        planned(consenting, Channel.EMAIL, key=f"uji:{number}")
    planned(consenting, Channel.WHATSAPP)
    settings.SENDING_SECONDS = 20
    monkeypatch.setattr(delivering, "monotonic", Watch(0.5))
    assert deliver_due(now=NOON).left
    assert len(gateway.messages) == 1


def test_a_run_goes_on_batch_after_batch(cast: Cast, composing: Composing, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(delivering, "BATCH", 2)
    for number in range(5):
        planned(cast, Channel.EMAIL, key=f"uji:{number}")
    assert deliver_due(now=NOON) == Delivered(sent=5)
    assert len(mail.outbox) == 5


def test_a_batch_is_composed_at_once(cast: Cast, composing: Composing, django_assert_max_num_queries):
    """Each message is claimed, its mailbox asked after and finished; everything else is asked once."""
    crowd(cast, 12)
    Delivery.objects.update(channel=Channel.EMAIL)
    prove(*User.objects.filter(member__in=Delivery.objects.values("member")))
    with django_assert_max_num_queries(12 * 3 + 12):
        assert deliver_due(now=NOON) == Delivered(sent=12)
    assert composing.asked == 1


def test_what_was_read_long_ago_is_read_anew(cast: Cast, composing: Composing, monkeypatch: pytest.MonkeyPatch):
    """The second message's person says no while the first one is on its way."""
    monkeypatch.setattr(delivering, "FRESH", 0.0)
    for number in range(2):
        planned(cast, Channel.EMAIL, key=f"uji:{number}")
    send = EmailMessage.send

    def send_and_refuse(message: EmailMessage) -> int:
        choose_channels(user=cast.member.user, email=False, whatsapp=True)
        return send(message)

    monkeypatch.setattr(EmailMessage, "send", send_and_refuse)
    assert deliver_due(now=NOON) == Delivered(sent=1, dropped=1)


def test_the_time_that_short_queues_leave_is_the_long_ones(
    consenting: Cast, composing: Composing, gateway: Gateway, settings, monkeypatch: pytest.MonkeyPatch
):
    """Half a second a reading: a third of the run would not do for the e-mails, what WhatsApp leaves over does."""
    for number in range(10):
        planned(consenting, Channel.EMAIL, key=f"uji:{number}")
    planned(consenting, Channel.WHATSAPP)
    settings.SENDING_SECONDS = 46
    monkeypatch.setattr(delivering, "monotonic", Watch(0.5))
    assert deliver_due(now=NOON) == Delivered(sent=11)


# --- one does not stop the others -------------------------------------------------------------


def ask_for_nonsense(deliveries: Sequence[Delivery], now: datetime) -> Mapping[int, Draft]:
    """A composer whose query the database refuses."""
    Notice.objects.create(user=deliveries[0].user, key="setengah", title="Setengah")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    return {}


BROKEN = Topic("Rusak", TOPIC.text, ask_for_nonsense)


@pytest.mark.parametrize("channel", [Channel.INBOX, Channel.EMAIL])
def test_a_topic_that_fails_in_the_database_leaves_the_others_whole(
    cast: Cast, composing: Composing, settings, channel: Channel
):
    settings.NOTIFICATION_TOPICS = {**settings.NOTIFICATION_TOPICS, "rusak": f"{__name__}.BROKEN"}
    topics.cache_clear()
    broken = planned(cast, channel, key="rusak:1", topic="rusak", due_at=NOON - timedelta(hours=1))
    whole = planned(cast, channel)
    assert deliver_due(now=NOON) == Delivered(sent=1, later=1)
    assert fate(whole)[0] == State.SENT
    assert fate(broken) == (State.PLANNED, 1, "pesan tidak dapat disusun")
    if channel == Channel.INBOX:
        assert [notice.key for notice in Notice.objects.all()] == ["uji:1"]


def test_what_a_composer_forgets_or_makes_up_is_no_message(cast: Cast, composing: Composing):
    planned(cast)
    composing.answer = "bukan draf"  # type: ignore[assignment]
    assert deliver_due(now=NOON) == Delivered(later=1)
    assert not Notice.objects.exists()


def test_a_channel_that_cannot_be_keeps_no_other_from_sending(consenting: Cast, composing: Composing, settings):
    planned(consenting, Channel.EMAIL)
    planned(consenting, Channel.WHATSAPP)
    settings.WHATSAPP_GATEWAY_URL = "gerbang.id"
    assert deliver_due(now=NOON) == Delivered(sent=1, stopped=1)


def test_addresses_that_ask_for_patience_do_not_stop_the_channel(
    cast: Cast, composing: Composing, monkeypatch: pytest.MonkeyPatch
):
    def greylist(message: EmailMessage) -> None:
        raise SMTPRecipientsRefused({message.to[0]: (450, b"greylisted")})

    monkeypatch.setattr(EmailMessage, "send", greylist)
    for number in range(TROUBLE + 1):
        planned(cast, Channel.EMAIL, key=f"uji:{number}")
    assert deliver_due(now=NOON) == Delivered(later=TROUBLE + 1)


# --- claims -----------------------------------------------------------------------------------


def test_what_a_worker_holds_is_nobody_elses_until_its_claim_ends(cast: Cast, composing: Composing):
    delivery = planned(cast, Channel.EMAIL)
    assert claim(delivery, NOON)  # and then it dies
    assert deliver_due(now=NOON + LEASE - timedelta(minutes=1)) == Delivered()
    assert deliver_due(now=NOON + LEASE + timedelta(seconds=1)) == Delivered(sent=1)
    assert fate(delivery)[:2] == (State.SENT, 2)


def test_what_another_worker_tried_meanwhile_is_not_as_it_was_read(cast: Cast, composing: Composing):
    delivery, also = planned(cast, Channel.EMAIL), Delivery.objects.get()
    assert claim(also, NOON)
    Delivery.objects.update(state=State.PLANNED, claim=None, claimed_until=None)
    assert not claim(delivery, NOON)


def test_a_message_that_kills_its_worker_each_time_is_given_up(cast: Cast, composing: Composing):
    delivery, now = planned(cast, Channel.EMAIL), NOON
    for _ in range(MOST_ATTEMPTS):
        assert claim(delivery, now)
        now += LEASE + timedelta(seconds=1)
    assert deliver_due(now=now) == Delivered(failed=1)
    assert fate(delivery)[2] == "pengirim terhenti sebelum selesai"
    assert not mail.outbox


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_message_once(consenting: Cast, composing: Composing, gateway: Gateway):
    number = 12
    for n in range(number):
        planned(consenting, Channel.WHATSAPP, key=f"uji:{n}")
        planned(consenting, Channel.INBOX, key=f"uji:{n}")
    results = at_once(*[lambda: deliver_due(now=NOON)] * 2)
    assert sum(result.sent for result in results) == 2 * number
    references = [message["reference"] for message in gateway.messages]
    assert len(references) == len(set(references)) == number
    assert Notice.objects.count() == number
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


@pytest.mark.parametrize("channel", Channel)
def test_the_next_batch_is_read_in_its_order_and_not_sorted(db: None, channel: Channel):
    reading = Delivery.objects.due(NOON).filter(channel=channel).order_by("due_at", "pk")[:50]
    if connection.vendor == "sqlite":  # takes no partial index for values it is handed later: there is never that much
        assert "USE TEMP B-TREE FOR ORDER BY" in reading.explain()
        return
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):  # of a small table it would read all
            cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = reading.explain()
    assert "delivery_next_due" in plan
    assert "Sort" not in plan


# --- constraints ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"key": ""},
        {"member": None, "user": None},
        {"channel": "surat"},
        {"user": None},  # an inbox belongs to an account
        {"state": State.SENDING},
        {"state": State.SENT},
        {"expires_at": NOON - timedelta(seconds=1)},
    ],
)
def test_impossible_deliveries_are_refused(cast: Cast, changes: dict[str, object]):
    values = {"key": "uji:1", "topic": "uji", "channel": Channel.INBOX, "member": cast.member}
    values |= {"user": cast.member.user, "region_id": "63.11.01.2001"}
    values |= {"planned_at": NOON, "due_at": NOON, "expires_at": NOON}
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(**values | changes)


@pytest.mark.parametrize("with_member", [True, False])
def test_the_same_event_is_one_delivery_by_constraint(cast: Cast, with_member: bool):
    who = {"member": cast.member if with_member else None, "user": cast.member.user}
    first = planned(cast, **who)
    planned(cast, **who)
    assert Delivery.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            key=first.key,
            topic="uji",
            channel=first.channel,
            region_id="63.11.01.2001",
            planned_at=NOON,
            due_at=NOON,
            expires_at=NOON,
            **who,
        )
