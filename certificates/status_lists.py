"""Which digital badges no longer hold: W3C Bitstring Status Lists, one bit a certificate, and nothing about anybody.

The list of a certificate and its place in there are its primary key, whatever becomes of it; so no certificate needs a
further column, and none ever changes place. Expired is not told: that follows the policy of the day (docs/adr/0025).
"""

import gzip
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate, CertificateQuerySet
from certificates.proofs import base64url
from certificates.tokens import signed, stamp

SIZE = 131_072  # bits of a list, the fewest that the standard allows: 16 kB
LASTS = timedelta(days=1)  # how long a copy may be shown without asking anew
MAX_AGE = 300  # seconds that others may keep it
KEPT = 60  # seconds that it is kept here, whoever asks
MEDIA_TYPE = "application/vc+jwt"
CONTEXT = "https://www.w3.org/ns/credentials/v2"


def entry_of(certificate_id: int) -> dict[str, str]:
    """The `credentialStatus` of a certificate's badge."""
    number, index = divmod(certificate_id, SIZE)
    address = list_address(number, settings.BASE_URL)
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


@lru_cache(maxsize=64)
def list_address(number: int, base: str) -> str:
    """Where the site at `base` publishes a list."""
    return f"{base}{reverse('certificates:status_list', args=[number])}"


def status_list(number: int) -> str | None:
    """A list as a signed credential; None while no certificate stands in it."""
    key = f"certificates:status:{number}"
    found: str | None = cache.get(key)
    if found is None and _within(number).exists():
        found = _credential(number, timezone.now())
        cache.set(key, found, KEPT)
    return found


def _within(number: int) -> CertificateQuerySet:
    return Certificate.objects.filter(pk__gte=number * SIZE, pk__lt=(number + 1) * SIZE)


def _credential(number: int, now: datetime) -> str:
    address = list_address(number, settings.BASE_URL)
    (valid_from, begins), (valid_until, ends) = stamp(now), stamp(now + LASTS)
    issuer = f"{settings.BASE_URL}/"
    return signed(
        {
            "@context": [CONTEXT],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer,
            "validFrom": valid_from,
            "validUntil": valid_until,
            "credentialSubject": {
                "id": f"{address}#list",
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": _encoded(number),
                "ttl": MAX_AGE * 1000,
            },
            "iss": issuer,
            "jti": address,
            "nbf": begins,
            "exp": ends,
        },
        typ="vc+jwt",
    )


def _encoded(number: int) -> str:
    """The bits, the first one leftmost, compressed; `u` says that it is base64url."""
    bits = bytearray(SIZE // 8)
    for pk in _within(number).exclude(status=Certificate.Status.VALID).values_list("pk", flat=True):
        byte, bit = divmod(pk % SIZE, 8)
        bits[byte] |= 0x80 >> bit
    return f"u{base64url(gzip.compress(bytes(bits), mtime=0))}"
