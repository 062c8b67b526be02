"""E-mail from one variable: EMAIL_URL names an SMTP server as ever, or a provider that anymail knows."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

PREFIX = "anymail+"
SECONDS = 15  # a server that does not answer must not hold a worker for ever
# What each provider calls its secret; the part before the colon is the domain of those that ask for one.
KEYS = {"brevo": "API_KEY", "mailgun": "API_KEY", "mailjet": "SECRET_KEY", "postmark": "SERVER_TOKEN"}
NAMES = {"mailgun": "SENDER_DOMAIN", "mailjet": "API_KEY"}


def email_settings(env: environ.Env, *, default: str) -> dict[str, Any]:
    """Django's settings of e-mail for EMAIL_URL: `smtp+tls://…`, or `anymail+brevo://:API-KEY@`."""
    url = env.str("EMAIL_URL", default=default)
    if not url.startswith(PREFIX):
        found: dict[str, Any] = env.email_url("EMAIL_URL", default=default)
        return {**found, "EMAIL_TIMEOUT": found.get("EMAIL_TIMEOUT") or SECONDS}
    return anymail_settings(url)


def anymail_settings(url: str) -> dict[str, Any]:
    """The settings of a provider: `anymail+<provider>://<name>:<secret>@`."""
    parts = urlsplit(url)
    provider = parts.scheme.removeprefix(PREFIX)
    if provider not in KEYS or not parts.password:
        known = ", ".join(f"{PREFIX}{name}" for name in KEYS)
        raise ImproperlyConfigured(f"EMAIL_URL: a provider is one of {known}, with its secret as the password")
    values = {KEYS[provider]: unquote(parts.password), "REQUESTS_TIMEOUT": SECONDS}
    if provider in NAMES:
        values[NAMES[provider]] = unquote(parts.username or "")
    secrets = {f"{provider.upper()}_{name}" if name != "REQUESTS_TIMEOUT" else name: v for name, v in values.items()}
    return {"EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend", "ANYMAIL": secrets}
