"""Structured logs: one JSON object a line, with a request id and without personal data."""

import contextvars
import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import environ
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from pythonjsonlogger.json import JsonFormatter

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")
access_log = logging.getLogger("akademi.access")

_GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_HIDDEN = "[disembunyikan]"
# What PostgreSQL quotes in DETAIL: a whole row, or the value of a key.
_QUOTED = re.compile(r"(?<=Failing row contains )\((?:.|\n)*?\)\.(?=\n|$)|(?<=\)=\().*(?=\))")
# What could name a person: e-mail addresses, long digit runs (NIK, phone).
_PERSONAL = re.compile(r"[^\s@]+@[^\s@]+|\+?\d[\d .-]{6,}\d")
# Django's own messages that end in the path: "Not Found: /…", "Forbidden (CSRF cookie not set.): /…".
_ENDING_IN_PATH = ("django.request", "django.security.csrf")
# The code of a kecamatan or village is no such run: a NIK has more digits, and so has a phone that begins with 62.
_REGION = re.compile(r"[1-9][0-9]\.[0-9]{2}\.[0-9]{2}(\.[12][0-9]{3})?")


def scrub(text: str) -> str:
    """Replace everything in a log text that could identify a person."""
    return _PERSONAL.sub(_hide, _QUOTED.sub(_HIDDEN, text))


def _hide(found: re.Match[str]) -> str:
    stands_alone = not found.string[: found.start()][-1:].strip()  # and is not the rest of `+62(8…)`
    return found[0] if stands_alone and _REGION.fullmatch(found[0]) else _HIDDEN


class SafeJsonFormatter(JsonFormatter):
    """JSON lines whose message and traceback are scrubbed; only the listed extras are written."""

    EXTRAS = frozenset({"method", "route", "status", "milliseconds"})

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Drop extras of others: Django adds the request, whose text shows the address."""
        super().add_fields(log_data, record, message_dict)
        wanted = {*self._required_fields, *self.rename_fields.values(), *self.EXTRAS, "exc_info", "stack_info"}
        for name in [name for name in log_data if name not in wanted]:
            del log_data[name]

    def format(self, record: logging.LogRecord) -> str:
        """Format one record; addresses never appear, because they may carry a token: the route does."""
        record.request_id = request_id.get()
        if record.name in _ENDING_IN_PATH and record.args:
            record.msg, record.args = re.split(": | - ", record.getMessage())[0], None
        if record.name.startswith(("django.request", "django.security")) and getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None  # a refusal is an answer, not a fault of ours
        record.msg, record.args = scrub(record.getMessage()), None
        return super().format(record)

    def formatException(self, ei) -> str:  # type: ignore[no-untyped-def]  # noqa: N802
        """The traceback, scrubbed: exception texts may quote a row."""
        return scrub(str(super().formatException(ei)))


class RequestLogMiddleware:
    """Gives every request an id, returns it as X-Request-ID and writes one access line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request under its id."""
        given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXY_COUNT else ""
        identifier = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        token = request_id.set(identifier)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = identifier
            access_log.info(
                "request",
                extra={
                    "method": request.method,
                    "route": getattr(request.resolver_match, "route", None),
                    "status": response.status_code,
                    "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                },
            )
            return response
        finally:
            request_id.reset(token)


def logging_settings(env: environ.Env) -> dict[str, Any]:
    """Django's LOGGING: everything to the console through the formatter above, as much as LOG_LEVEL says."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": "lms.logs.SafeJsonFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
        "loggers": {
            "akademi": {"level": env.str("LOG_LEVEL", default="INFO")},
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "pyhanko": {"level": "CRITICAL"},  # what it warns of quotes whose certificate signed
        },
    }
