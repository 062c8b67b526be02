"""What the QR code proves without the network: a signature over the certificate's facts, short enough to print.

A proof is 91 bytes, 122 characters of base64url, whatever the certificate says:

    version 1 | issuer 2 | issued on 2 | sequence 3 | completed on 2 | lesson hours 3 | name 6 | title 8 | signature 64

Numbers are big-endian; days count from 1950-01-01, lesson hours are tenths, the issuer is its code without the dot.
Name and title are the first bytes of SHA-256 over the token and the words, so that who has the paper can compare them
and who has only the address learns nothing. The signature is ECDSA on P-256 over the token and the 27 bytes before it,
made as RFC 6979 says, so equal facts give equal bytes; `static/js/offline.js` checks it in the browser.
"""

import base64
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings

VERSION = 1
EPOCH = date(1950, 1, 1)  # trainings of before are not held by anybody who serves
DOMAIN = b"akademi-linmas:1:"  # keeps this signature from being taken for one of another kind
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-5)


def proof_of(*, token: str, issuer: str, issued_on: date, sequence: int, snapshot: Mapping[str, Any]) -> str:
    """The proof of one certificate, always 122 characters."""
    tenths = int(Decimal(snapshot["lesson_hours"]) * 10)
    numbers = [
        (VERSION, 1),
        (int(issuer.replace(".", "")), 2),
        (_days(issued_on), 2),
        (sequence, 3),
        (_days(date.fromisoformat(snapshot["completed_on"])), 2),
        (tenths, 3),
    ]
    facts = b"".join(number.to_bytes(size) for number, size in numbers)
    facts += words_digest(token, "name", snapshot["name"])[:6] + words_digest(token, "title", snapshot["title"])[:8]
    return base64url(facts + sign(DOMAIN + token.encode() + facts))


def words_digest(token: str, kind: str, words: str) -> bytes:
    """SHA-256 of the letters of some words."""
    return hashlib.sha256(f"{token}:{kind}:{letters_of(words)}".encode()).digest()


def letters_of(words: str) -> str:
    """The letters and digits of some words: neither case, spaces, accents nor punctuation matter."""
    plain = unicodedata.normalize("NFKD", words).lower()
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")


def public_keys() -> dict[str, list[dict[str, str]]]:
    """The keys that prove: a JSON Web Key Set (RFC 7517), the current one first."""
    return {"keys": [_public(secret) for secret in (settings.QR_KEY, *settings.QR_OLD_KEYS)]}


@cache
def _key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The secret text, whatever its form, as a key."""
    number = int.from_bytes(hashlib.sha512(b"akademi-linmas:qr:" + secret.encode()).digest())
    return ec.derive_private_key(number % (ORDER - 1) + 1, ec.SECP256R1())


@cache
def _public(secret: str) -> dict[str, str]:
    point = _key(secret).public_key().public_numbers()
    key = {"crv": "P-256", "kty": "EC", "x": base64url(point.x.to_bytes(32)), "y": base64url(point.y.to_bytes(32))}
    thumbprint = hashlib.sha256(json.dumps(key, separators=(",", ":"), sort_keys=True).encode()).digest()  # RFC 7638
    return {**key, "kid": base64url(thumbprint), "use": "sig", "alg": "ES256"}


def sign(content: bytes) -> bytes:
    """ECDSA on P-256 with the current key, as RFC 6979 says, in 64 bytes; the content must say of what kind it is."""
    signature = _key(settings.QR_KEY).sign(content, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    return b"".join(half.to_bytes(32) for half in decode_dss_signature(signature))


def _days(day: date) -> int:
    return max(0, (day - EPOCH).days)


def base64url(content: bytes) -> str:
    """Without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
