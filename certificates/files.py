"""The frozen PDFs in private storage: written once under a random name, checked whenever they are read."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from certificates.errors import FileDamaged
from certificates.models import Certificate, NumberEntry
from certificates.seal import ranges
from cms.private_files import delete_files

UNTAKEN = timedelta(hours=1)  # a file so old that no certificate has taken it is left of a worker that was killed
DAYS_SWEPT = 3  # back from today


@dataclass(frozen=True)
class StoredFile:
    """Name in storage, digest of what was written there, and digest of what its seal covers."""

    name: str
    sha256: str
    seal_digest: str


def store(content: bytes) -> StoredFile:
    """Write the PDF under a name nobody can guess and no second run can meet."""
    name = storages["private"].save(f"{_folder(timezone.now())}/{secrets.token_hex(16)}.pdf", ContentFile(content))
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


def sweep_files(*, now: datetime) -> int:
    """Remove what killed workers wrote in the last days and no certificate has taken; returns how many files.

    A file that ever was a certificate's stays, whatever its row says today: the log of numbers knows its digest.
    """
    swept = 0
    for back in range(DAYS_SWEPT):
        for name in list(_untaken(_folder(now - timedelta(days=back)), now)):
            with storages["private"].open(name) as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            if not NumberEntry.objects.filter(event=NumberEntry.Event.FILED, sha256=digest).exists():
                delete_files([name])
                swept += 1
    return swept


def _folder(moment: datetime) -> str:
    return f"certificates/{moment:%Y/%m-%d}"


def _untaken(folder: str, now: datetime) -> Iterator[str]:
    storage = storages["private"]
    names = [f"{folder}/{file}" for file in (storage.listdir(folder)[1] if storage.exists(folder) else [])]
    for start in range(0, len(names), 500):
        old = [name for name in names[start : start + 500] if storage.get_modified_time(name) < now - UNTAKEN]
        taken = set(Certificate.objects.filter(file__in=old).values_list("file", flat=True))
        yield from (name for name in old if name not in taken)
