"""Fixtures of the room."""

from uuid import uuid4

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher


@pytest.fixture(autouse=True)
def fresh_rate_limits(settings) -> None:
    """Nobody is locked out by the test before, also where the cache outlives a test."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is put through the hash, which is where a log-in spends its time."""

    rounds = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).rounds += 1
        return super().encode(password, salt)


@pytest.fixture
def hash_rounds(settings) -> type[CountingHasher]:
    """The hasher in use, with its count."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.rounds = 0
    return CountingHasher
