"""Who asks many times at once gets no more answers than who asks one time after another."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from certificates import lookups
from certificates.lookups import is_too_often
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
SHARE, ASKED = 5, 16


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lookups, "_minute", lambda: 1)
    monkeypatch.setattr(lookups, "PER_MINUTE", SHARE)
    cache.clear()
    yield
    cache.clear()


def asking(address: str) -> Callable[[], bool]:
    return partial(is_too_often, RequestFactory().get("/", REMOTE_ADDR=address))


def test_at_once_a_client_gets_its_share_and_no_more():
    assert at_once(*[asking("203.0.113.9")] * ASKED).count(False) == SHARE
    assert asking("203.0.113.9")()


def test_two_clients_at_once_get_theirs():
    answers = at_once(*[asking("203.0.113.9"), asking("198.51.100.7")] * (ASKED // 2))
    assert answers[::2].count(False) == answers[1::2].count(False) == SHARE


def test_where_nothing_can_be_written_who_asks_is_answered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type(cache._connections[cache._alias]), "add", lambda *_args, **_kwargs: False)
    assert not asking("203.0.113.9")()
