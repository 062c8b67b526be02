"""The frozen PDFs in private storage: written once under a random name, checked whenever they are read."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.text import slugify

from certificates.errors import FileDamaged
from certificates.models import Certificate, NumberEntry
from certificates.seal import ranges
from cms.private_files import delete_files

SIGNED = "-signed"  # in the names of files that signatories have signed, which are no turn at the first one
MOST_TURNS = 50  # at one certificate, looked through for files of killed workers


def number_slug(certificate: Certificate) -> str:
    """The number as part of a file's name: `0012-sert-63-11-viii-2026`."""
    return slugify(certificate.number.replace("/", "-").replace(".", "-"))


@dataclass(frozen=True)
class StoredFile:
    """Name in storage, digest of what was written there, and digest of what its seal covers.

    `is_first` is False where there were files of the certificate before, e.g. of workers that were killed.
    """

    name: str
    sha256: str
    seal_digest: str
    is_first: bool = True


def store(certificate: Certificate, content: bytes, *, kind: str = "") -> StoredFile:
    """Write the PDF under a name nobody can guess, and over no other file: each turn at it has a name of its own."""
    storage, turn = storages["private"], 0
    while storage.exists(wanted := _name(certificate, kind, turn)):
        turn += 1
    name = storage.save(wanted, ContentFile(content))
    digest = hashlib.sha256(content).hexdigest()
    return StoredFile(name, digest, next(iter(ranges(content)), ""), is_first=turn == 0)


def _name(certificate: Certificate, kind: str, turn: int) -> str:
    again = f"-{turn}" if turn else ""
    return f"certificates/{certificate.year}/{certificate.uuid}{kind}{again}.pdf"


def discard(files: Iterable[StoredFile]) -> None:
    """Remove files that no certificate took."""
    delete_files(file.name for file in files)


def tidy(certificates: Iterable[Certificate]) -> None:
    """Remove what killed workers left beside the files of these certificates; one query, none for no certificates.

    A file that ever was a certificate's stays, whatever became of its row: the log of numbers knows of it.
    """
    filed = {certificate.number: certificate for certificate in certificates}
    if not filed:
        return
    entries = NumberEntry.objects.filter(number__in=filed, event=NumberEntry.Event.FILED)
    times = Counter(entries.values_list("number", flat=True))
    delete_files(name for number, certificate in filed.items() if times[number] == 1 for name in _beside(certificate))


def _beside(certificate: Certificate) -> Iterator[str]:
    """Files of other turns than the one the certificate took, before it and after."""
    is_past = False
    for turn in range(MOST_TURNS):
        name = _name(certificate, "", turn)
        if name == certificate.file:
            is_past = True
        elif storages["private"].exists(name):
            yield name
        elif is_past:
            return


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
