"""WhatsApp and SMS through an HTTP gateway of the operator's choice, or the console or a file while developing.

Only the operator names the gateway (WHATSAPP_GATEWAY_URL). The request is a POST of
`{"to": "+62…", "text": "…", "reference": "<uuid>"}`; redirects are not followed, so nobody else can be called.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from urllib.parse import SplitResult, unquote, urlsplit

import requests
from django.core.exceptions import ImproperlyConfigured
from urllib3.exceptions import HTTPError

from notifications.errors import GiveUp, TryLater

CONNECT_SECONDS, READ_SECONDS = 5, 15
LONGEST_WAIT = timedelta(hours=12)
LONGEST_BODY, BODY_SECONDS = 65_536, 1.0  # bytes and time that an answer's body is worth, to keep its connection
# And every 3xx and 5xx; other answers are final. These are not about the message: our token (401, 403, 407), our
# credit (402), a path that moved (404, 405) or the gateway's strength.
TRY_AGAIN = {401, 402, 403, 404, 405, 407, 408, 425, 429}
BEING_DONE = 409  # the same reference is being worked on this moment: of the others it says nothing


class Gateway:
    """What the three have in common."""

    def send(self, *, address: str, title: str, text: str, reference: str) -> str:
        """Hand the message over."""
        return self.deliver({"to": address, "text": text, "reference": reference})

    def deliver(self, message: dict[str, str]) -> str:
        """Each in its own way."""
        raise NotImplementedError

    def close(self) -> None:
        """Most have nothing open."""


class HttpGateway(Gateway):
    """A service that takes JSON; the token goes into the header, personal data into the body, nothing into the URL."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url, self.token, self._session = url, token, requests.Session()

    def close(self) -> None:
        """End its connections; a session that was closed opens new ones."""
        self._session.close()

    def deliver(self, message: dict[str, str]) -> str:
        """POST it; the same reference twice is the same message."""
        headers = {"Idempotency-Key": message["reference"]}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            with self._session.post(
                self.url,
                json=message,
                headers=headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,  # only the status matters; of the body see _read_out
            ) as response:
                _read_out(response)
                return _judge(response)
        except requests.Timeout as error:
            raise TryLater("gerbang tidak menjawab tepat waktu") from error
        except requests.RequestException as error:
            raise TryLater("gerbang tidak tersambung") from error


def _read_out(response: requests.Response) -> None:
    """Take a short body off the connection, which can serve the next message then; otherwise it ends with this one.

    Whatever befalls the body, the status has been said: the message was taken, or it was not.
    """
    link = response.raw.connection
    if link is None or link.sock is None:  # it ends with this answer anyway
        response.raw.close()
        return
    link.sock.settimeout(BODY_SECONDS)  # the next request sets its own
    until, length = monotonic() + BODY_SECONDS, 0
    try:
        while length < LONGEST_BODY and monotonic() < until and (part := response.raw.read1(LONGEST_BODY)):
            length += len(part)
    except (HTTPError, OSError):
        response.raw.close()


def _judge(response: requests.Response) -> str:
    code = response.status_code
    if 200 <= code < 300:
        return f"diterima gerbang (HTTP {code})"
    if code < 400 or code >= 500 or code in TRY_AGAIN or code == BEING_DONE:
        reason = f"gerbang minta dicoba lagi (HTTP {code})"
        raise TryLater(reason, after=_asked_wait(response), is_channel=code != BEING_DONE)
    raise GiveUp(f"pesan ditolak gerbang (HTTP {code})")


def _asked_wait(response: requests.Response) -> timedelta | None:
    """The seconds of Retry-After, within reason."""
    asked = response.headers.get("Retry-After", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
    return min(timedelta(seconds=seconds), LONGEST_WAIT) if seconds else None


class ConsoleGateway(Gateway):
    """Prints the message, for development."""

    def deliver(self, message: dict[str, str]) -> str:
        """To the standard output, which is no log."""
        sys.stdout.write(f"--- WhatsApp/SMS {message['to']}\n{message['text']}\n")
        return "ditulis ke konsol"


@dataclass(frozen=True)
class FileGateway(Gateway):
    """Adds the message to a file as a line of JSON, for development."""

    path: Path

    def deliver(self, message: dict[str, str]) -> str:
        """Readable by its owner alone; one write a line, so that workers do not mix theirs."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(message, ensure_ascii=False) + "\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
        return "ditulis ke berkas"


def gateway_for(url: str, *, token: str = "") -> Gateway | None:
    """The gateway behind the address: `https://…`, `console:` or `file:///…/pesan.jsonl`; None for an empty one."""
    if not url:
        return None
    parts = parts_of(url)
    if parts.scheme in ("http", "https") and parts.hostname:
        return HttpGateway(url, token)
    if parts.scheme == "console":
        return ConsoleGateway()
    if parts.scheme == "file" and parts.path:
        return FileGateway(Path(unquote(parts.path)))
    raise ImproperlyConfigured("WHATSAPP_GATEWAY_URL must begin with https://, http://, console: or file:///")


def parts_of(url: str) -> SplitResult:
    """The parts of the address; none where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")
