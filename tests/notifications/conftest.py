"""Fixtures of the room's tests."""

from collections.abc import Iterator

import pytest

from tests.notifications.gateway import Gateway, running_gateway
from tests.notifications.topics import composing

__all__ = ["composing"]


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    """A gateway that the product is set to."""
    with running_gateway() as found:
        settings.WHATSAPP_GATEWAY_URL = found.url
        settings.WHATSAPP_GATEWAY_TOKEN = "rahasia"
        yield found
