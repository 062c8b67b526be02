"""A run's connections: one for all its messages, another one after trouble, and no message lost or doubled by it."""

import pytest
from django.utils import timezone

from members.models import Member
from notifications.delivering import Delivered, deliver_due
from notifications.models import Channel, Delivery, State
from tests.cast import Cast
from tests.notifications.gateway import Gateway
from tests.notifications.mail_server import MailServer
from tests.notifications.topics import NOON, planned, prove

NUMBER = 7


@pytest.fixture(autouse=True)
def queue(request: pytest.FixtureRequest) -> str:
    """As many messages by e-mail or WhatsApp, whichever server the test asks for."""
    cast: Cast = request.getfixturevalue("cast")
    request.getfixturevalue("composing")
    prove(cast.member.user)
    Member.objects.filter(pk=cast.member.pk).update(phone="+6281234567890", whatsapp_consent_at=timezone.now())
    channel = Channel.EMAIL if "mail_server" in request.fixturenames else Channel.WHATSAPP
    for number in range(NUMBER):
        planned(cast, channel, key=f"uji:{number}")
    return channel


def once_each(references: list[str]) -> bool:
    return len(references) == len(set(references)) == NUMBER


def test_one_mail_connection_serves_a_run(mail_server: MailServer):
    assert deliver_due(now=NOON) == Delivered(sent=NUMBER)
    assert once_each(mail_server.references)
    assert mail_server.connections == 1


@pytest.mark.parametrize("then", ["hang up", "refuse"])
def test_a_mail_server_that_takes_so_many_a_connection_gets_as_many_connections(mail_server: MailServer, then: str):
    mail_server.most, mail_server.then = 3, then
    assert deliver_due(now=NOON) == Delivered(sent=NUMBER)
    assert once_each(mail_server.references)
    assert mail_server.connections == 3


def test_a_mail_whose_answer_was_lost_goes_again_under_its_reference(mail_server: MailServer):
    mail_server.most, mail_server.then = 5, "swallow"
    assert deliver_due(now=NOON) == Delivered(sent=NUMBER - 1, later=1)
    assert once_each(mail_server.references)
    waiting = Delivery.objects.get(state=State.PLANNED)
    assert waiting.result == "server e-mail tidak tersambung"
    assert deliver_due(now=waiting.due_at) == Delivered(sent=1)
    again = mail_server.references.pop()
    assert str(waiting.uuid) in again
    assert once_each(mail_server.references)


def test_a_mail_server_that_takes_nobody_is_asked_once_a_message(mail_server: MailServer):
    mail_server.most, mail_server.then = 0, "refuse"
    assert deliver_due(now=NOON) == Delivered(later=5, stopped=1, left=NUMBER - 5)
    assert mail_server.connections == 5


def test_one_connection_to_the_gateway_serves_a_run(gateway: Gateway):
    gateway.body = b'{"id": "1"}'
    assert deliver_due(now=NOON) == Delivered(sent=NUMBER)
    assert once_each([message["reference"] for message in gateway.messages])
    assert gateway.connections == 1


def test_trouble_of_the_gateway_is_followed_by_another_connection(gateway: Gateway):
    gateway.answers = [200, 200, 500, 200]
    assert deliver_due(now=NOON) == Delivered(sent=NUMBER - 1, later=1)
    assert gateway.connections == 2


def test_what_follows_the_status_changes_nothing(gateway: Gateway):
    gateway.breaks_body = True
    assert deliver_due(now=NOON) == Delivered(sent=NUMBER)
    assert gateway.connections == len(gateway.messages) == NUMBER


def test_a_long_answer_is_not_read_to_its_end(gateway: Gateway):
    gateway.body = bytes(10_000_000)
    assert deliver_due(now=NOON) == Delivered(sent=NUMBER)
    assert gateway.connections == NUMBER
