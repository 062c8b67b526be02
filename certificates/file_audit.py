"""Proof that no file of a certificate has changed or gone: each is read and held against the digest of its row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from certificates.models import Certificate, SignedFile
from cms.private_files import private_storage


@dataclass
class FileAudit:
    """One walk over the files; `checked` says how many it has read by now."""

    checked: int = 0

    def faults(self) -> Iterator[str]:
        """One line for each file that is gone, or is another than was written; it names a number and nobody.

        Signed files too, and those that a signature has taken the place of. Two queries and a chunk of a file at a
        time, however many there are. Nothing is mended: only a backup has the bytes.
        """
        for number, name, sha256 in _files():
            self.checked += 1
            if fault := _fault(name, sha256):
                yield f"certificate {number}: its file {name} {fault}"


def _files() -> Iterator[tuple[str, str, str]]:
    """Number, name in storage and digest."""
    yield from Certificate.objects.filed().order_by("pk").values_list("number", "file", "sha256").iterator()
    earlier = SignedFile.objects.order_by("pk").values_list("certificate__number", "earlier_file", "earlier_sha256")
    yield from earlier.iterator()


def _fault(name: str, sha256: str) -> str:
    digest = hashlib.sha256()
    try:
        with private_storage().open(name) as file:
            for chunk in file.chunks():
                digest.update(chunk)
    except FileNotFoundError:
        return "is gone"
    except OSError as error:
        return f"cannot be read: {type(error).__name__}"
    return "" if digest.hexdigest() == sha256 else "is not the one that was written"
