"""E-mail, by whatever back-end EMAIL_URL names: SMTP, the console, or a provider through anymail."""

from __future__ import annotations

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage

from notifications.errors import GiveUp, TryLater

REFUSED_FOR_GOOD = range(500, 600)  # SMTP's permanent codes


class EmailChannel:
    """Sends one message to one address."""

    def send(self, *, address: str, title: str, text: str, reference: str) -> str:
        """Send it; the Message-ID is the reference, so a mailbox that got it twice can show it once."""
        host = urlsplit(settings.BASE_URL).hostname
        headers = {"Message-ID": f"<{reference}@{host}>", "Auto-Submitted": "auto-generated"}
        message = EmailMessage(title, text, to=[address], headers=headers)
        try:
            message.send()
        except (AnymailRecipientsRefused, AnymailInvalidAddress) as error:
            raise GiveUp("alamat ditolak") from error
        except SMTPRecipientsRefused as error:
            codes = [code for code, _reply in error.recipients.values()]
            raise _by_code(codes[0] if codes else 450) from error
        except SMTPResponseException as error:
            raise _by_code(error.smtp_code) from error
        except AnymailAPIError as error:
            raise TryLater(f"penyedia e-mail: HTTP {error.status_code or '–'}") from error
        except (SMTPException, AnymailError, OSError) as error:
            raise TryLater(type(error).__name__) from error
        return "diterima server e-mail"


def _by_code(code: int) -> GiveUp | TryLater:
    reason = f"SMTP {code}"
    return GiveUp(reason) if code in REFUSED_FOR_GOOD else TryLater(reason)
