"""E-mail, by whatever back-end EMAIL_URL names: SMTP, the console, or a provider through anymail.

What is refused for good concerns this one message: its address or its text. A server that cannot be reached, does not
let us in or asks for patience concerns everything we send, and is tried again (docs/adr/0022-what-is-tried-again.md).
"""

from __future__ import annotations

from contextlib import suppress
from smtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from urllib.parse import urlsplit

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from notifications.errors import GiveUp, NotDelivered, TryLater

REFUSED_FOR_GOOD = range(500, 600)  # SMTP's permanent codes
PROVIDER_REFUSED = {400, 422}  # a provider's "this message cannot be sent"; 401 and 403 are about our key
TOO_BIG = 552  # the one refusal of MAIL FROM that is about the message: the others are about our sender or log-in
OK = 250
NOT_LET_IN = (SMTPConnectError, SMTPHeloError, SMTPAuthenticationError)  # whatever their code says


class EmailChannel:
    """Sends one message to one address, the next one over the same connection."""

    def __init__(self) -> None:
        self._server: BaseEmailBackend | None = None

    def send(self, *, address: str, title: str, text: str, reference: str) -> str:
        """Send it; the Message-ID is the reference, so a mailbox that got it twice can show it once."""
        host = urlsplit(settings.BASE_URL).hostname
        headers = {"Message-ID": f"<{reference}@{host}>", "Auto-Submitted": "auto-generated"}
        message = EmailMessage(title, text, to=[address], headers=headers)
        try:
            self._hand_over(message)
        except (SMTPException, AnymailError, OSError, ValueError) as error:
            raise _judge(error) from error
        return "diterima server e-mail"

    def close(self) -> None:
        """Say goodbye to the server, whether it still listens or not."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(SMTPException, AnymailError, OSError):
                server.close()

    def _hand_over(self, message: EmailMessage) -> None:
        was_open = self._connect()
        message.connection = self._server
        try:
            message.send()
        except SMTPSenderRefused:
            # A server may take so many messages a connection and no more. It refused before it had the message, so
            # that a second try over a fresh connection cannot send it twice.
            if not was_open:
                raise
            self.close()
            self._connect()
            message.connection = self._server
            message.send()

    def _connect(self) -> bool:
        """Have a connection that answers; returns whether it was there already.

        One that the server ended meanwhile is found out before the message leaves: afterwards nobody could tell
        whether the message had arrived.
        """
        if self._server is not None and _answers(self._server):
            return True
        self.close()
        server = get_connection()
        server.open()
        self._server = server
        return False


def _answers(server: BaseEmailBackend) -> bool:
    """Whether an SMTP server still listens; the other back-ends have nothing to lose."""
    link: SMTP | None = server.connection if isinstance(server, SmtpBackend) else None
    try:
        return link is None or link.noop()[0] == OK
    except (SMTPException, OSError):
        return False


def _judge(error: Exception) -> NotDelivered:
    """Whether it may go well another time; only codes are quoted, for the words may hold the address."""
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return GiveUp("alamat e-mail ditolak penyedia")
    if isinstance(error, AnymailAPIError):
        return _of_provider(error)
    if isinstance(error, SMTPRecipientsRefused | SMTPResponseException):
        return _of_server(error)
    if isinstance(error, SMTPException | AnymailError | OSError) and not isinstance(error, SMTPNotSupportedError):
        return TryLater("server e-mail tidak tersambung")
    return GiveUp("alamat e-mail tidak dapat dipakai")


def _of_server(error: SMTPRecipientsRefused | SMTPResponseException) -> NotDelivered:
    if isinstance(error, SMTPRecipientsRefused):
        code = next((code for code, _reply in error.recipients.values()), 450)
        # Greylisting and full mailboxes are of one address: the next one may well be taken.
        return _by_code(code, "alamat e-mail ditolak", "kotak surat belum menerima", is_channel=False)
    if isinstance(error, NOT_LET_IN):
        return TryLater(f"server e-mail tidak menerima sambungan (SMTP {error.smtp_code})")
    if isinstance(error, SMTPSenderRefused) and error.smtp_code != TOO_BIG:
        return TryLater(f"server e-mail tidak menerima pengirim (SMTP {error.smtp_code})")
    return _by_code(error.smtp_code, "pesan ditolak server e-mail", "server e-mail minta dicoba lagi")


def _by_code(code: int, refused: str, later: str, *, is_channel: bool = True) -> NotDelivered:
    if code in REFUSED_FOR_GOOD:
        return GiveUp(f"{refused} (SMTP {code})")
    return TryLater(f"{later} (SMTP {code})", is_channel=is_channel)


def _of_provider(error: AnymailAPIError) -> NotDelivered:
    code = error.status_code
    if code in PROVIDER_REFUSED:
        return GiveUp(f"pesan ditolak penyedia e-mail (HTTP {code})")
    return TryLater(f"penyedia e-mail bermasalah (HTTP {code})" if code else "penyedia e-mail tidak tersambung")
