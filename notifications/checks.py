"""What the operator may set: nonsense is said when the product starts, not at night when something is to be sent."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from notifications.channels.gateway import gateway_for, parts_of

HOURS = ("QUIET_FROM_HOUR", "QUIET_UNTIL_HOUR", "REMINDER_HOUR")
LEAST_LOG_DAYS = 190  # a half and a week: a delivery that is still in the log is not planned again


@checks.register()
def check_settings(**_: Any) -> list[checks.CheckMessage]:
    """Hours of a day, a gateway that can be, times that are long enough."""
    problems: list[checks.CheckMessage] = [
        checks.Error(f"{name}={hour} is no hour of the day.", hint="Set it from 0 to 23.", id="notifications.E001")
        for name in HOURS
        if not 0 <= (hour := getattr(settings, name)) <= 23
    ]
    if settings.SENDING_SECONDS < 1:
        text = f"SENDING_SECONDS={settings.SENDING_SECONDS} leaves no time to send anything."
        problems.append(checks.Error(text, hint="Set it to 1 or more.", id="notifications.E002"))
    if settings.DELIVERY_LOG_DAYS < LEAST_LOG_DAYS:
        text = f"DELIVERY_LOG_DAYS={settings.DELIVERY_LOG_DAYS} is shorter than a half, so reminders would come twice."
        hint = f"Set it to {LEAST_LOG_DAYS} or more."
        problems.append(checks.Error(text, hint=hint, id="notifications.E004"))
    try:
        gateway_for(settings.WHATSAPP_GATEWAY_URL)
    except ImproperlyConfigured as problem:
        problems.append(checks.Error(str(problem), id="notifications.E003"))
    return problems


@checks.register(checks.Tags.security, deploy=True)
def check_gateway(**_: Any) -> list[checks.CheckMessage]:
    """In production the gateway is one, and phone numbers do not travel in the open; plain HTTP on this machine may."""
    url = parts_of(settings.WHATSAPP_GATEWAY_URL)
    if settings.DEBUG or url.scheme in ("", "https") or (url.scheme == "http" and _is_here(url.hostname or "")):
        return []
    if url.scheme == "http":
        text = "WHATSAPP_GATEWAY_URL is plain HTTP: phone numbers, messages and the token can be read on the way."
        hint = "Use https://, or a gateway on this machine."
    else:
        text = f"WHATSAPP_GATEWAY_URL is {url.scheme}: messages are written down here instead of being sent."
        hint = "Name the gateway's https:// address, or leave it empty."
    return [checks.Warning(text, hint=hint, id="notifications.W001")]


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
