"""JSON credentials signed by the installation: JSON Web Tokens (RFC 7519) with the keys of `/.well-known/jwks.json`."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse

from certificates.proofs import base64url, public_keys, sign


def signed(claims: Mapping[str, Any], *, typ: str = "JWT") -> str:
    """The compact JWS of some claims, ES256; equal claims give equal text under the same key.

    Its `kid` is the address of the published keys with the current one's name behind it. No proof of a QR can be taken
    for a token: what is signed here begins with the header, there with its domain.
    """
    content = f"{_header(typ, settings.BASE_URL, settings.QR_KEY)}.{_encoded(claims)}"
    return f"{content}.{base64url(sign(content.encode()))}"


def stamp(moment: datetime) -> tuple[str, int]:
    """A moment as credentials and as tokens write it, to the second."""
    begins = moment.astimezone(UTC).replace(microsecond=0)
    return f"{begins:%Y-%m-%dT%H:%M:%SZ}", int(begins.timestamp())


def _encoded(value: Mapping[str, Any]) -> str:
    return base64url(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


@lru_cache(maxsize=8)
def _header(typ: str, base: str, _secret: str) -> str:
    """The header for the current key, which has the secret; made once a process."""
    kid = f"{base}{reverse('certificates:keys')}#{public_keys()['keys'][0]['kid']}"
    return _encoded({"alg": "ES256", "kid": kid, "typ": typ})
