"""The probes: alive without asking anything, ready only when every part works."""

import pytest
from django.test import Client

from lms import health


def test_live_asks_no_database(client: Client):
    assert client.get("/healthz/live").content == b"ok\n"


def test_ready_names_every_part(client: Client, db: None):
    response = client.get("/healthz/ready")
    assert response.json() == dict.fromkeys(["database", "cache", "storage", "broker"], "ok")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("part", ["database", "cache", "storage", "broker"])
def test_a_broken_part_is_named_without_its_reason(
    part: str, client: Client, db: None, monkeypatch: pytest.MonkeyPatch
):
    def broken() -> None:
        raise OSError("the secret reason")

    monkeypatch.setitem(health.CHECKS, part, broken)
    response = client.get("/healthz/ready")
    assert response.status_code == 503
    assert response.json()[part] == "failed"
    assert b"secret" not in response.content
