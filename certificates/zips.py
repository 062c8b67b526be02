"""Many certificates as one ZIP, written while it is read, from the frozen files alone."""

import logging
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, cast

from django.utils.text import slugify
from django.utils.translation import gettext as _

from certificates.errors import FileDamaged
from certificates.files import number_slug, read_file
from certificates.models import Certificate
from regions.timezones import local_date

logger = logging.getLogger("akademi.certificates")

ZIP_LIMIT = 10_000  # certificates in one ZIP, some 0.7 GB
DAMAGED = "BERKAS-RUSAK.txt"


class _Sink:
    """A file that nobody can go back in: what was written since the last look is taken out of it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """What was written since the last call."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def file_name(certificate: Certificate) -> str:
    """`0012-sert-63-11-viii-2026-ahmad-fauzi.pdf`: in the order of the numbers, the holder's name last."""
    return f"{number_slug(certificate)}-{slugify(certificate.snapshot['name'])}.pdf"


def folder_name(certificate: Certificate) -> str:
    """`63.11.01.2001-desa-sirap-kecamatan-juai`: the village of the training, in the order of the codes."""
    village = ", ".join(certificate.snapshot["village"].split(", ")[:2])  # the names above say nothing new
    return f"{certificate.record.village_id}-{slugify(village)}"


def zip_parts(certificates: Iterable[Certificate]) -> Iterator[bytes]:
    """A ZIP of the PDFs, a folder for each village, part by part; at most one of them is in memory.

    The files go in as they are: PDFs are compressed. One that is gone or not what was issued is left out, and a text
    file in the ZIP says which. Load the certificates with their records.
    """
    sink, damaged = _Sink(), []
    with zipfile.ZipFile(cast(IO[bytes], sink), "w", zipfile.ZIP_STORED) as archive:
        for certificate in certificates:
            try:
                content = read_file(certificate)
            except FileDamaged:
                logger.error("certificate %s: left out of a ZIP, its file is damaged", certificate.pk)
                damaged.append(certificate.number)
                continue
            archive.writestr(_entry(certificate), content)
            yield sink.take()
        if damaged:
            lines = [_("Berkas sertifikat ini tidak utuh dan tidak ikut diunduh:"), *damaged]
            archive.writestr(DAMAGED, "\r\n".join(lines))
    yield sink.take()


def _entry(certificate: Certificate) -> zipfile.ZipInfo:
    day = local_date(certificate.issued_at, certificate.issuer_id)
    name = f"{folder_name(certificate)}/{file_name(certificate)}"
    return zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
