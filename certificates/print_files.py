"""Many certificates as one file for the printer, from the frozen files alone."""

import logging
from collections.abc import Callable
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, cast

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
)

from certificates.files import read_file
from certificates.models import Certificate, Run
from cms.private_files import delete_files, private_storage

logger = logging.getLogger("akademi.certificates")

STEP = 25  # certificates between two words about how far a print file is
PRINTED = "certificates/print"
PRINTS = 4  # of a PDF's annotation: it is on paper too


def print_run(run: Run, *, tell: Callable[[int], None]) -> None:
    """Make the file of a run, once however often this runs; broken off, it begins again and nothing is missing.

    `tell` hears how many pages' certificates it has gone through. Must not be called inside a transaction.
    """
    with TemporaryFile() as printed:
        left_out = _merge(run, printed, tell)
        name = private_storage().save(f"{PRINTED}/{run.uuid}.pdf", File(printed))
    is_taken = False
    try:
        with transaction.atomic():
            taken = Run.objects.select_for_update().get(pk=run.pk)
            is_taken = not taken.is_finished
            if is_taken:
                taken.file, taken.left_out, taken.gone_through = name, left_out, [run.total]
                taken.finished_at = taken.worked_at = timezone.now()
                taken.save(update_fields=["file", "left_out", "gone_through", "finished_at", "worked_at"])
    finally:
        if not is_taken:  # another worker was first, or the run is gone
            delete_files([name])


def _merge(run: Run, target: IO[bytes], tell: Callable[[int], None]) -> list[str]:
    """Write the certificates one after another; returns the numbers of those that were left out.

    Left out is whose file is damaged, and what was revoked or replaced since the run was ordered. The seals stay
    behind: a seal holds for the bytes of one file, and in this one each would be broken.
    """
    writer, left_out = PdfWriter(), []
    found = Certificate.objects.in_bulk(run.items)
    for turn, pk in enumerate(run.items, start=1):
        certificate = found.get(pk)
        if certificate is None or certificate.status != Certificate.Status.VALID:
            left_out.append(certificate.number if certificate else f"#{pk}")
        else:
            try:
                writer.append(_unsealed(read_file(certificate)), import_outline=False)
            except Exception as error:  # what a signatory's tool has added may fail in any way, and its words may name
                logger.error("certificate %s: left out of a print file: %s", pk, type(error).__name__)
                left_out.append(certificate.number)
        if turn % STEP == 0:
            tell(turn)
    writer.compress_identical_objects(remove_unreferenced=True)  # one font instead of hundreds
    writer.write(target)
    target.seek(0)
    return left_out


def _unsealed(content: bytes) -> PdfReader:
    """The PDF without its signatures; the stamps that signatories' tools have drawn stay, as mere pictures."""
    reader = PdfReader(BytesIO(content))
    reader.root_object.pop("/AcroForm", None)
    for page in reader.pages:
        fields = [field.get_object() for field in page.get("/Annots", ArrayObject()).get_object()]
        page.pop("/Annots", None)  # a certificate has no other
        if stamps := [_stamp(field) for field in fields if _is_drawn(field)]:
            page[NameObject("/Annots")] = ArrayObject(stamps)
    return reader


def _is_drawn(field: DictionaryObject) -> bool:
    picture = _drawn(field).get("/N", NullObject()).get_object()
    left, bottom, right, top = cast(ArrayObject, field["/Rect"])
    return isinstance(picture, StreamObject) and left != right and bottom != top


def _drawn(field: DictionaryObject) -> DictionaryObject:
    return cast(DictionaryObject, field.get("/AP", DictionaryObject()).get_object())


def _stamp(field: DictionaryObject) -> DictionaryObject:
    shown = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Stamp"), "/F": NumberObject(PRINTS)}
    shown |= {"/Rect": field["/Rect"], "/AP": DictionaryObject({NameObject("/N"): _drawn(field).raw_get("/N")})}
    return DictionaryObject({NameObject(name): value for name, value in shown.items()})
