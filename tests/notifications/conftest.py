"""Fixtures of the room's tests."""

from collections.abc import Iterator

import pytest

from tests.notifications.gateway import Gateway, running_gateway
from tests.notifications.mail_server import MailServer, running_mail_server
from tests.notifications.topics import composing

__all__ = ["composing"]


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    """A gateway that the product is set to."""
    with running_gateway() as found:
        settings.WHATSAPP_GATEWAY_URL = found.url
        settings.WHATSAPP_GATEWAY_TOKEN = "rahasia"
        yield found


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """A mail server that the product is set to."""
    with running_mail_server() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        yield found
