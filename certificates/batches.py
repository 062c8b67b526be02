"""Many certificates at once, from the frozen files alone: a ZIP written while it is read, one file for the printer."""

import logging
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, cast

from django.core.files.base import File
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from certificates.errors import FileDamaged, NothingToPrint, TooManyToPrint
from certificates.files import read_file
from certificates.models import Certificate, PrintRun
from cms.private_files import delete_files, private_storage
from members.models import User
from regions.timezones import local_date

logger = logging.getLogger("akademi.certificates")

PRINT_LIMIT = 500  # certificates in one print file, some minutes of a printer
STEP = 25  # certificates between two words about how far a print file is
ZIP_LIMIT = 10_000  # certificates in one ZIP, some 0.7 GB
PRINTED = "certificates/print"
UNDER_WAY = timedelta(minutes=10)  # so long nobody else takes a run up: a worker may be on it
KEPT = timedelta(days=7)  # what a print file lives: it can be made again at any time
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
    number = slugify(certificate.number.replace("/", "-").replace(".", "-"))
    return f"{number}-{slugify(certificate.snapshot['name'])}.pdf"


def zip_parts(certificates: Iterable[Certificate]) -> Iterator[bytes]:
    """A ZIP of the PDFs, part by part; at most one of them is in memory.

    The files go in as they are: PDFs are compressed. One that is gone or not what was issued is left out, and a text
    file in the ZIP says which.
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
            archive.writestr(_entry(file_name(certificate), certificate), content)
            yield sink.take()
        if damaged:
            lines = [_("Berkas sertifikat ini tidak utuh dan tidak ikut diunduh:"), *damaged]
            archive.writestr(DAMAGED, "\r\n".join(lines))
    yield sink.take()


def _entry(name: str, certificate: Certificate) -> zipfile.ZipInfo:
    day = local_date(certificate.issued_at, certificate.issuer_id)
    return zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))


@transaction.atomic
def start_print_run(*, certificates: Sequence[int], by: User) -> PrintRun:
    """Order one file of these certificates, in this order; the one ordered before, while it is being made.

    Raises NothingToPrint and TooManyToPrint.
    """
    if not certificates:
        raise NothingToPrint
    if len(certificates) > PRINT_LIMIT:
        raise TooManyToPrint
    for waiting in PrintRun.objects.filter(requested_by=by, file=""):
        if waiting.certificates == list(certificates):
            return waiting
    return PrintRun.objects.create(certificates=list(certificates), requested_by=by)


def finish_print_run(*, run_id: int) -> PrintRun:
    """Make the file of a run, once however often this runs; broken off, it begins again and nothing is missing.

    Must not be called inside a transaction. Raises PrintRun.DoesNotExist.
    """
    run = PrintRun.objects.get(pk=run_id)
    if run.file:
        return run
    with TemporaryFile() as printed:
        damaged = _merge(run, printed)
        name = private_storage().save(f"{PRINTED}/{run.uuid}.pdf", File(printed))
    is_taken = False
    try:
        with transaction.atomic():
            taken = PrintRun.objects.select_for_update().get(pk=run_id)
            is_taken = not taken.file
            if is_taken:
                taken.file, taken.done, taken.damaged = name, len(run.certificates), damaged
                taken.save(update_fields=["file", "done", "damaged"])
    finally:
        if not is_taken:  # another worker was first, or the run is gone
            delete_files([name])
    return taken


def _merge(run: PrintRun, target: IO[bytes]) -> list[str]:
    """Write the certificates one after another; returns the numbers of those that were left out.

    Left out is whose file is damaged, and what was revoked or replaced since the run was ordered. The seals stay
    behind: a seal holds for the bytes of one file, and in this one each would be broken.
    """
    writer, damaged = PdfWriter(), []
    found = Certificate.objects.in_bulk(run.certificates)
    for turn, pk in enumerate(run.certificates, start=1):
        certificate = found.get(pk)
        if certificate is None or certificate.status != Certificate.Status.VALID:
            damaged.append(certificate.number if certificate else f"#{pk}")
        else:
            try:
                writer.append(_unsealed(read_file(certificate)), import_outline=False)
            except (FileDamaged, PyPdfError):
                damaged.append(certificate.number)
        if turn % STEP == 0:
            PrintRun.objects.filter(pk=run.pk, file="").update(done=turn)
    writer.compress_identical_objects(remove_unreferenced=True)  # one font instead of hundreds
    writer.write(target)
    target.seek(0)
    return damaged


def _unsealed(content: bytes) -> PdfReader:
    """The PDF without its signature field and what shows it."""
    reader = PdfReader(BytesIO(content))
    reader.root_object.pop("/AcroForm", None)
    for page in reader.pages:
        page.pop("/Annots", None)  # a certificate has no other
    return reader


def finish_print_runs(*, now: datetime) -> tuple[int, int]:
    """Finish what was ordered and never came to its end; how many were made, and how many could not be."""
    waiting = PrintRun.objects.filter(file="", requested_at__lt=now - UNDER_WAY).values_list("pk", flat=True)
    made = failed = 0
    for pk in list(waiting):
        try:
            finish_print_run(run_id=pk)
            made += 1
        except Exception:
            logger.exception("print run %s could not be made", pk)
            failed += 1
    return made, failed


def trim_print_runs(*, now: datetime) -> int:
    """Remove runs after KEPT, and files that no run has any longer, whatever became of it; returns how many runs."""
    removed, _by_model = PrintRun.objects.filter(requested_at__lt=now - KEPT).delete()
    storage = private_storage()
    files = storage.listdir(PRINTED)[1] if storage.exists(PRINTED) else []
    kept = set(PrintRun.objects.exclude(file="").values_list("file", flat=True))
    loose = [name for name in (f"{PRINTED}/{file}" for file in files) if name not in kept]
    # A file that was written a moment ago may be about to be taken.
    delete_files(name for name in loose if storage.get_modified_time(name) < now - UNDER_WAY)
    return removed
