"""The frozen PDFs in private storage: written once under a random name, checked whenever they are read."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from certificates.errors import FileDamaged
from certificates.models import Certificate
from certificates.seal import ranges


@dataclass(frozen=True)
class StoredFile:
    """Name in storage, digest of what was written there, and digest of what its seal covers."""

    name: str
    sha256: str
    seal_digest: str


def store(certificate: Certificate, content: bytes) -> StoredFile:
    """Write the PDF under a name nobody can guess and no second run can meet."""
    wanted = f"certificates/{certificate.year}/{secrets.token_hex(16)}.pdf"
    name = storages["private"].save(wanted, ContentFile(content))
    return StoredFile(name, hashlib.sha256(content).hexdigest(), next(iter(ranges(content)), ""))


def discard(files: Iterable[StoredFile]) -> None:
    """Remove files that no certificate took."""
    for file in files:
        storages["private"].delete(file.name)


def read_file(certificate: Certificate) -> bytes:
    """The PDF as it was issued; raises FileDamaged when it is gone or differs by a single bit."""
    try:
        with storages["private"].open(certificate.file) as file:
            content: bytes = file.read()
    except OSError as error:
        raise FileDamaged from error
    if not hmac.compare_digest(hashlib.sha256(content).hexdigest(), certificate.sha256):
        raise FileDamaged
    return content
