"""What a PDF that somebody brings is: the stored file itself, one of ours that was changed, or neither.

Only the hash of a stored file counts as that file (docs/adr/0024). Nothing of the upload is kept, and its pages and
objects are never interpreted.
"""

import hashlib
from dataclasses import dataclass
from enum import Enum

from certificates.models import Certificate
from certificates.seal import ranges, seals

MAX_BYTES = 2 * 1024 * 1024  # ours have less than 100 kB; editors and further signatures make them larger
HEADER_WITHIN = 1024  # bytes before "%PDF-" that readers put up with


class Origin(Enum):
    """Where a file comes from."""

    STORED = "stored"  # it is the certificate's file, bit for bit
    CHANGED = "changed"  # it was made from the certificate's file
    UNREGISTERED = "unregistered"  # sealed by us, but of no certificate
    FOREIGN = "foreign"  # sealed by others only
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Inspection:
    """What a file is; the certificate is the true one, where there is one."""

    origin: Origin
    certificate: Certificate | None = None


def is_pdf(content: bytes) -> bool:
    """Whether the bytes say that they are a PDF."""
    return b"%PDF-" in content[:HEADER_WITHIN]


def inspect(content: bytes) -> Inspection:
    """Say what a file of at most MAX_BYTES is, in at most three queries; no content makes it raise.

    A file that was signed on top since is still what we stored.
    """
    whole = hashlib.sha256(content).hexdigest()
    for stored in ({"sha256": whole}, {"signings__earlier_sha256": whole}):
        if certificate := Certificate.objects.with_relatives().filter(**stored).first():
            return Inspection(Origin.STORED, certificate)
    ours, has_others = seals(content)
    claims = [*ours, *ranges(content)]
    if claims and (true := Certificate.objects.with_relatives().filter(seal_digest__in=claims).first()):
        return Inspection(Origin.CHANGED, true)
    if ours:
        return Inspection(Origin.UNREGISTERED)
    return Inspection(Origin.FOREIGN if has_others else Origin.UNKNOWN)
