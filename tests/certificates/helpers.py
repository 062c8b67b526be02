"""What the room's tests do again and again."""

from dataclasses import dataclass
from pathlib import Path

from certificates.files import store
from certificates.models import Certificate
from tests.cast import Cast


@dataclass
class Issued:
    """One issued certificate of the cast's member."""

    cast: Cast
    certificate: Certificate
    files: Path

    @property
    def file(self) -> Path:
        """The PDF on disk."""
        return self.files / self.certificate.file


def pdfs_in(folder: Path) -> list[Path]:
    """Every PDF that private storage holds."""
    return sorted(folder.rglob("*.pdf"))


def filed(certificate: Certificate, content: bytes) -> Certificate:
    """The certificate with a sealed file, as issuing leaves it."""
    stored = store(certificate, content)
    certificate.file, certificate.sha256, certificate.seal_digest = stored.name, stored.sha256, stored.seal_digest
    certificate.save()
    return certificate
