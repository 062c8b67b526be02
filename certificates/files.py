"""The frozen PDFs in private storage: written once under a random name, checked whenever they are read."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.text import slugify

from certificates.errors import FileDamaged
from certificates.models import Certificate, NumberEntry
from certificates.seal import ranges
from cms.private_files import delete_files


def number_slug(certificate: Certificate) -> str:
    """The number as part of a file's name: `0012-sert-63-11-viii-2026`."""
    return slugify(certificate.number.replace("/", "-").replace(".", "-"))


@dataclass(frozen=True)
class StoredFile:
    """Name in storage, digest of what was written there, and digest of what its seal covers.

    `leftovers` are names of files that were there before, of workers that wrote them and were killed.
    """

    name: str
    sha256: str
    seal_digest: str
    leftovers: tuple[str, ...] = ()


def store(certificate: Certificate, content: bytes) -> StoredFile:
    """Write the PDF under a name nobody can guess, and over no other file: each turn at it has a name of its own."""
    storage, leftovers = storages["private"], list[str]()
    while storage.exists(wanted := _name(certificate, len(leftovers))):
        leftovers.append(wanted)
    name = storage.save(wanted, ContentFile(content))
    digest = hashlib.sha256(content).hexdigest()
    return StoredFile(name, digest, next(iter(ranges(content)), ""), tuple(leftovers))


def _name(certificate: Certificate, turn: int) -> str:
    again = f"-{turn}" if turn else ""
    return f"certificates/{certificate.year}/{certificate.uuid}{again}.pdf"


def discard(files: Iterable[StoredFile]) -> None:
    """Remove files that no certificate took."""
    delete_files(file.name for file in files)


def tidy(certificate: Certificate, file: StoredFile) -> None:
    """Remove what workers left that were killed before the certificate took this file, its first one.

    A file that ever was the certificate's stays, whatever became of its row: the log of numbers knows of it.
    """
    entries = NumberEntry.objects.filter(number=certificate.number, event=NumberEntry.Event.FILED)
    if file.leftovers and entries.count() == 1:
        delete_files(file.leftovers)


def read_file(certificate: Certificate) -> bytes:
    """The PDF as it stands; raises FileDamaged when it is gone or differs by a single bit."""
    return _read(certificate.file, certificate.sha256)


def read_as_issued(certificate: Certificate) -> bytes:
    """The PDF as we have made it, without what signatories put behind it since; raises FileDamaged. One query more."""
    first = certificate.signings.order_by("version").first()
    return _read(first.earlier_file, first.earlier_sha256) if first else read_file(certificate)


def _read(name: str, sha256: str) -> bytes:
    try:
        with storages["private"].open(name) as file:
            content: bytes = file.read()
    except OSError as error:
        raise FileDamaged from error
    if not hmac.compare_digest(hashlib.sha256(content).hexdigest(), sha256):
        raise FileDamaged
    return content
