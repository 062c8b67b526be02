"""The headers that keep a page safe: ours strict, Wagtail's admin its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]


def test_our_pages_allow_nothing_inline(client: Client):
    response = client.get("/healthz/live")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert "microphone=()" in response["Permissions-Policy"]


def test_the_cms_has_its_own_policy(client: Client, cast: Cast):
    client.force_login(cast.admin)
    policy = client.get("/cms/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in policy
    assert "object-src 'none'" in policy


@pytest.mark.parametrize(
    "path", ["/wilayah/%00/", "/wilayah/desa/?q=%00", "/laporan/?wilayah=63.11.01%00", "/pantau/%00/"]
)
def test_an_address_with_a_nul_is_a_bad_request(path: str, client: Client, cast: Cast):
    client.force_login(cast.admin)
    assert client.get(path).status_code == 400


def _settings_of(name: str, **environment: str) -> str:
    code = f"from django.conf import settings; print(repr(settings.{name}))"
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings", **environment},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def test_tls_brings_hsts_and_secure_cookies():
    assert _settings_of("SECURE_HSTS_SECONDS", BASE_URL="https://akademi.example.id") == str(365 * 24 * 3600)
    assert _settings_of("SESSION_COOKIE_SECURE", BASE_URL="https://akademi.example.id") == "True"
    assert _settings_of("SECURE_HSTS_SECONDS", BASE_URL="http://127.0.0.1:8000") == "0"


def test_debug_is_off_by_default():
    assert _settings_of("DEBUG", DEBUG="") == "False"
