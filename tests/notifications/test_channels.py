"""`/pemberitahuan/saluran/`: by which channels somebody wants to be told; and where the operator says they lead."""

import re
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from ssl import SSLCertVerificationError

import environ
import pytest
import requests
from allauth.account.models import EmailAddress
from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from lms.mail import anymail_settings, email_settings
from members.models import Member, User
from notifications.channels.email import EmailChannel
from notifications.channels.gateway import gateway_for
from notifications.errors import GiveUp, TryLater
from notifications.models import ChannelChoice
from tests.cast import Cast

PAGE = "/pemberitahuan/saluran/"


def prove(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def consenting(cast: Cast) -> Cast:
    """The member may be told by WhatsApp."""
    Member.objects.filter(pk=cast.member.pk).update(phone="+6281234567890", whatsapp_consent_at=timezone.now())
    return cast


def test_whoever_never_chose_sees_every_channel_ticked(consenting: Cast, client: Client, django_assert_max_num_queries):
    client.force_login(prove(consenting.member.user))
    with django_assert_max_num_queries(9):
        page = client.get(PAGE).content.decode()
    assert page.count("checked") == 2
    assert "E-mail, WhatsApp, dan SMS tidak dikirim antara pukul 21 dan 06" in page


def test_an_unproven_address_is_not_ticked_and_says_what_to_do(consenting: Cast, client: Client):
    user = consenting.member.user
    client.force_login(user)
    page = client.get(PAGE).content.decode()
    assert page.count("checked") == 1  # WhatsApp
    assert f"alamat {user.email} belum dikonfirmasi" in page
    assert 'href="/akun/email/">Konfirmasi alamat e-mail' in page
    User.objects.filter(pk=user.pk).update(email=None)
    page = client.get(PAGE).content.decode()
    assert "belum punya alamat e-mail" in page
    assert 'href="/akun/email/">Tambahkan alamat e-mail' in page


def test_what_cannot_be_chosen_yet_stays_as_it_was(consenting: Cast, client: Client):
    client.force_login(consenting.member.user)
    client.post(PAGE, {})
    choice = ChannelChoice.objects.get()
    assert (choice.email, choice.whatsapp) == (True, False)
    prove(consenting.member.user)
    assert client.get(PAGE).content.decode().count("checked") == 1
    client.post(PAGE, {})
    assert not ChannelChoice.objects.get().email


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"whatsapp_consent_at": None}, 'belum menyetujuinya. <a href="/akun/#persetujuan">Beri persetujuan'),
        ({"phone": None}, "nomor HP Anda belum tercatat"),
    ],
)
def test_whatsapp_without_consent_or_phone_says_what_to_do(
    consenting: Cast, client: Client, change: dict[str, None], words: str
):
    client.force_login(prove(consenting.member.user))
    Member.objects.filter(pk=consenting.member.pk).update(**change)
    page = client.get(PAGE).content.decode()
    assert page.count("checked") == 1  # e-mail
    assert words in page
    client.post(PAGE, {"email": "on"})
    assert ChannelChoice.objects.get().whatsapp  # holds once nothing is in its way


def test_whatsapp_is_for_members(cast: Cast, client: Client):
    client.force_login(prove(cast.district_officer))
    page = client.get(PAGE).content.decode()
    assert page.count("checked") == 1
    assert "Hanya untuk anggota Linmas" in page


def test_the_account_and_the_notices_lead_here(cast: Cast, client: Client):
    client.force_login(cast.member.user)
    assert 'id="persetujuan"' in client.get("/akun/").content.decode()
    for path in ("/akun/", "/pemberitahuan/"):
        assert f'href="{PAGE}"' in client.get(path).content.decode()


def test_a_choice_is_kept(consenting: Cast, client: Client):
    client.force_login(prove(consenting.member.user))
    assert client.post(PAGE, {"email": "on"})["Location"] == PAGE
    choice = ChannelChoice.objects.get()
    assert (choice.user, choice.email, choice.whatsapp) == (consenting.member.user, True, False)
    client.post(PAGE, {"whatsapp": "on"})
    choice = ChannelChoice.objects.get()
    assert (choice.email, choice.whatsapp) == (False, True)


def test_a_choice_is_ones_own(cast: Cast, client: Client):
    assert client.post(PAGE, {"email": "on"})["Location"].startswith("/masuk/")
    assert not ChannelChoice.objects.exists()


@pytest.mark.parametrize("url", ["ftp://gerbang.id/", "gerbang.id", "file:", "http:///pesan", "http://[gerbang/"])
def test_a_gateway_that_cannot_be_is_refused(url: str):
    with pytest.raises(ImproperlyConfigured):
        gateway_for(url)


def test_no_address_is_no_gateway():
    assert gateway_for("") is None


def of_provider(code: int) -> AnymailRequestsAPIError:
    """What anymail raises after an answer of the provider."""
    response = requests.Response()
    response.status_code = code
    return AnymailRequestsAPIError("a@contoh.id", response=response)


ADDRESS = "a@contoh.id"
FOR_GOOD = [
    (SMTPRecipientsRefused({ADDRESS: (550, b"unknown")}), "alamat e-mail ditolak (SMTP 550)"),
    (SMTPDataError(554, b"spam"), "pesan ditolak server e-mail (SMTP 554)"),
    (SMTPSenderRefused(552, b"too big", ADDRESS), "pesan ditolak server e-mail (SMTP 552)"),
    (SMTPNotSupportedError("SMTPUTF8"), "alamat e-mail tidak dapat dipakai"),
    (ValueError(f"Invalid address {ADDRESS}"), "alamat e-mail tidak dapat dipakai"),
    (AnymailRecipientsRefused("unknown"), "alamat e-mail ditolak penyedia"),
    (AnymailInvalidAddress(ADDRESS), "alamat e-mail ditolak penyedia"),
    (of_provider(400), "pesan ditolak penyedia e-mail (HTTP 400)"),
    (of_provider(422), "pesan ditolak penyedia e-mail (HTTP 422)"),
]
LATER = [
    (SMTPRecipientsRefused({ADDRESS: (450, b"greylisted")}), "kotak surat belum menerima (SMTP 450)"),
    (SMTPDataError(451, b"later"), "server e-mail minta dicoba lagi (SMTP 451)"),
    (SMTPServerDisconnected("bye"), "server e-mail tidak tersambung"),
    (SMTPConnectError(554, b"not you"), "server e-mail tidak menerima sambungan (SMTP 554)"),
    (SMTPAuthenticationError(535, b"wrong"), "server e-mail tidak menerima sambungan (SMTP 535)"),
    *(
        (SMTPSenderRefused(code, b"no", ADDRESS), f"server e-mail tidak menerima pengirim (SMTP {code})")
        for code in (421, 501, 503, 530, 550, 553)
    ),
    (ConnectionRefusedError(), "server e-mail tidak tersambung"),
    (TimeoutError(), "server e-mail tidak tersambung"),
    (SSLCertVerificationError(), "server e-mail tidak tersambung"),
    (AnymailAPIError("no answer"), "penyedia e-mail tidak tersambung"),
    *((of_provider(code), f"penyedia e-mail bermasalah (HTTP {code})") for code in (401, 408, 429, 500, 503)),
]


@pytest.mark.parametrize(
    ("kind", "error", "reason"), [*((GiveUp, *row) for row in FOR_GOOD), *((TryLater, *row) for row in LATER)]
)
def test_what_a_mail_server_says_is_understood(
    monkeypatch: pytest.MonkeyPatch, kind: type[Exception], error: Exception, reason: str
):
    def fail(message: EmailMessage) -> None:
        raise error

    monkeypatch.setattr(EmailMessage, "send", fail)
    with pytest.raises(kind, match=f"^{re.escape(reason)}$"):
        EmailChannel().send(address=ADDRESS, title="Judul", text="Isi", reference="1")


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
