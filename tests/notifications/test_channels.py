"""`/pemberitahuan/saluran/`: by which channels somebody wants to be told; and where the operator says they lead."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import environ
import pytest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.test import Client

from lms.mail import anymail_settings, email_settings
from notifications.channels.email import EmailChannel
from notifications.channels.gateway import gateway_for
from notifications.errors import GiveUp, TryLater
from notifications.models import ChannelChoice
from tests.cast import Cast

PAGE = "/pemberitahuan/saluran/"


def test_whoever_never_chose_sees_every_channel_ticked(cast: Cast, client: Client, django_assert_max_num_queries):
    client.force_login(cast.member.user)
    with django_assert_max_num_queries(8):
        page = client.get(PAGE).content.decode()
    assert page.count("checked") == 2
    assert "antara pukul 21 dan 06" in page


def test_a_choice_is_kept(cast: Cast, client: Client):
    client.force_login(cast.member.user)
    assert client.post(PAGE, {"email": "on"})["Location"] == PAGE
    choice = ChannelChoice.objects.get()
    assert (choice.user, choice.email, choice.whatsapp) == (cast.member.user, True, False)
    client.post(PAGE, {"whatsapp": "on"})
    choice = ChannelChoice.objects.get()
    assert (choice.email, choice.whatsapp) == (False, True)


def test_a_choice_is_ones_own(cast: Cast, client: Client):
    assert client.post(PAGE, {"email": "on"})["Location"].startswith("/masuk/")
    assert not ChannelChoice.objects.exists()


@pytest.mark.parametrize("url", ["ftp://gerbang.id/", "gerbang.id", "file:", "http:///pesan"])
def test_a_gateway_that_cannot_be_is_refused(url: str):
    with pytest.raises(ImproperlyConfigured):
        gateway_for(url)


def test_no_address_is_no_gateway():
    assert gateway_for("") is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (SMTPRecipientsRefused({"a@contoh.id": (550, b"unknown")}), GiveUp),
        (SMTPRecipientsRefused({"a@contoh.id": (451, b"greylisted")}), TryLater),
        (SMTPServerDisconnected("bye"), TryLater),
        (ConnectionRefusedError(), TryLater),
        (AnymailAPIError("503"), TryLater),
        (AnymailRecipientsRefused("unknown"), GiveUp),
    ],
)
def test_what_a_mail_server_says_is_understood(
    monkeypatch: pytest.MonkeyPatch, error: Exception, kind: type[Exception]
):
    def fail(message: EmailMessage) -> None:
        raise error

    monkeypatch.setattr(EmailMessage, "send", fail)
    with pytest.raises(kind) as raised:
        EmailChannel().send(address="a@contoh.id", title="Judul", text="Isi", reference="1")
    assert "contoh.id" not in str(raised.value)


def test_an_smtp_server_as_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://nama:kata@mail.contoh.id:587")
    found = email_settings(environ.Env(), default="")
    assert (found["EMAIL_HOST"], found["EMAIL_TIMEOUT"]) == ("mail.contoh.id", 15)


def test_a_provider_by_its_address():
    found = anymail_settings("anymail+mailgun://contoh.id:kunci%2F1@")
    assert found["EMAIL_BACKEND"] == "anymail.backends.mailgun.EmailBackend"
    assert found["ANYMAIL"]["MAILGUN_API_KEY"] == "kunci/1"
    assert found["ANYMAIL"]["MAILGUN_SENDER_DOMAIN"] == "contoh.id"


@pytest.mark.parametrize("url", ["anymail+lain://:kunci@", "anymail+brevo://"])
def test_a_provider_nobody_knows_or_without_its_secret_is_refused(url: str):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL") as raised:
        anymail_settings(url)
    assert "kunci" not in str(raised.value)
