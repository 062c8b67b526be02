"""`/akun/dua-langkah/`: a second step at log-in, by an app that shows codes."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.cast import Cast

PASSWORD = "linmas-demo-2026"  # of everybody whom the factories make
ACTIVATE = reverse("mfa_activate_totp")


def log_in(client: Client, cast: Cast) -> str:
    """Where the first step leads."""
    return str(client.post("/masuk/", {"login": cast.stranger.email, "password": PASSWORD})["Location"])


def code(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def log_in_and_confirm(client: Client, cast: Cast) -> None:
    """Logged in, and the password typed once more, which the page of the second step asks for."""
    log_in(client, cast)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.fixture
def secret(cast: Cast, client: Client) -> str:
    """The stranger is logged in and has the second step, with this secret."""
    log_in_and_confirm(client, cast)
    client.get(ACTIVATE)
    secret = str(client.session[SECRET_SESSION_KEY])
    assert client.post(ACTIVATE, {"code": code(secret)}).status_code == 302
    return secret


def test_activating_asks_for_the_password_of_who_did_not_just_log_in(cast: Cast, client: Client):
    client.force_login(cast.stranger)
    response = client.get(ACTIVATE)
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    response = client.post(response["Location"], {"password": PASSWORD})
    assert response["Location"] == ACTIVATE
    assert client.get(ACTIVATE).status_code == 200


def test_a_wrong_code_activates_nothing(cast: Cast, client: Client):
    log_in_and_confirm(client, cast)
    client.get(ACTIVATE)
    assert client.post(ACTIVATE, {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()


def test_the_second_step_is_asked_for_and_let_in_by_the_code(cast: Cast, secret: str):
    browser = Client()
    assert log_in(browser, cast).startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in browser.session
    assert browser.post(reverse("mfa_authenticate"), {"code": "abcdef"}).status_code == 200
    assert "_auth_user_id" not in browser.session
    cache.clear()  # the code that activated is taken once only; half a minute later it would be another
    browser.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert browser.session["_auth_user_id"] == str(cast.stranger.pk)


def test_who_lost_the_phone_gets_in_once_by_a_recovery_code(cast: Cast, client: Client, secret: str):
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    first, second = Client(), Client()
    log_in(first, cast)
    first.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert first.session["_auth_user_id"] == str(cast.stranger.pk)
    log_in(second, cast)
    assert second.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 200
    assert "_auth_user_id" not in second.session


def test_the_second_step_is_switched_off_again(cast: Cast, client: Client, secret: str):
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
    assert not log_in(Client(), cast).startswith(reverse("mfa_authenticate"))
