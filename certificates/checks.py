"""What the operator may set: a seal that cannot be made is said when the product starts, not by a certificate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from certificates.errors import SealMisconfigured
from certificates.seal_keys import credentials, left_behind
from certificates.signing import trust_roots

LEAST_KEY = 32  # characters: as long as the secrets that are made here
WARN_BEFORE = timedelta(days=60)  # an official certificate takes weeks to get


@checks.register()
def check_settings(**_: Any) -> list[checks.CheckMessage]:
    """A file that seals, keys that nobody guesses, an address for the time stamps."""
    problems: list[checks.CheckMessage] = []
    if any(len(key) < LEAST_KEY for key in (settings.QR_KEY, *settings.QR_OLD_KEYS)):
        text = f"QR_KEY or one of QR_OLD_KEYS is shorter than {LEAST_KEY} characters."
        hint = "Use random text, or leave it empty: then one is made."
        problems.append(checks.Error(text, hint=hint, id="certificates.E001"))
    if settings.SEAL_TSA_URL and urlsplit(settings.SEAL_TSA_URL).scheme not in ("http", "https"):
        text = "SEAL_TSA_URL is no http:// or https:// address, so no certificate could be sealed."
        problems.append(checks.Error(text, id="certificates.E002"))
    if settings.BSRE_ROOTS and not trust_roots():
        text = "BSRE_ROOTS names no certificate that can be read, so no signed file is taken."
        problems.append(checks.Error(text, id="certificates.E004"))
    return problems + (_check_seal_file() if settings.SEAL_FILE else [])


def _check_seal_file() -> list[checks.CheckMessage]:
    try:
        ends = credentials().certificate.not_valid_after_utc
    except SealMisconfigured:
        text = "SEAL_FILE cannot be read with SEAL_PASSWORD, or holds no certificate of its key."
        return [
            checks.Error(text, hint="Name one PEM or PKCS#12 file with key and certificates.", id="certificates.E003")
        ]
    return _check_end(ends) + _check_left_behind() + _check_time_stamps()


def _check_end(ends: datetime) -> list[checks.CheckMessage]:
    left = ends - datetime.now(UTC)
    if left < timedelta(0):
        text = f"The certificate of SEAL_FILE ended on {ends:%Y-%m-%d}: nothing can be sealed with it."
        # No error: that would keep run_periodic from everything else.
        return [checks.Warning(text, hint="Name its successor; keep it in SEAL_RETIRED_DIR.", id="certificates.W002")]
    if left < WARN_BEFORE:
        return [checks.Warning(f"The certificate of SEAL_FILE ends on {ends:%Y-%m-%d}.", id="certificates.W001")]
    return []


def _check_time_stamps() -> list[checks.CheckMessage]:
    """A seal of an official certificate that no time stamp outlives."""
    text = "SEAL_FILE is set without SEAL_TSA_URL: once its certificate ends, readers show every seal as expired."
    hint = "Name a time stamp authority; it stamps what is sealed from then on, and nothing sealed before."
    return [] if settings.SEAL_TSA_URL else [checks.Warning(text, hint=hint, id="certificates.W004")]


def _check_left_behind() -> list[checks.CheckMessage]:
    """A key that seals nothing any more but could: only its certificate is still needed."""
    try:
        is_there = left_behind() is not None
    except SealMisconfigured:
        is_there = True
    text = "The embedded key of the seal is still there, though SEAL_FILE has followed it."
    hint = "Run `manage.py rotate_seal_key`: it keeps the certificate, so that old seals stay known as ours."
    return [checks.Warning(text, hint=hint, id="certificates.W003")] if is_there else []
