"""Many certificates as one file for the printer, from the frozen files alone."""

import logging
from collections.abc import Callable, Sequence
from io import BytesIO
from tempfile import TemporaryFile
from time import monotonic
from typing import IO, cast

from django.core.files.base import File
from django.db import transaction
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
from certificates.pdfium import bind
from cms.private_files import delete_files, private_storage

logger = logging.getLogger("akademi.certificates")

PART = 25  # certificates in one step: half a second, and 40 MB while it lasts
DEPTH = 4  # once what fonts refer to is one thing, so can the fonts be, and so on
PRINTED = "certificates/print"
PRINTS = 4  # of a PDF's annotation: it is on paper too


def work_on_print(run: Run, *, until: float | None) -> Run:
    """Go on with the file of a run until this moment of `monotonic`, at least by one step; any number of calls come to
    one result.

    A step is a part of `PART` certificates, kept until all are there, or binding the parts. Must not be called inside a
    transaction. Raises whatever keeps the file from being made.
    """
    while not run.is_finished:
        run = _add_part(run) if run.lane(0) else _bind(run)
        if until is not None and monotonic() > until:
            break
    return run


def _add_part(run: Run) -> Run:
    """The next certificates as a file of their own."""
    start, items = run.done, run.lane(0)[:PART]
    with TemporaryFile() as part:
        left_out = _merge(items, part)
        name = private_storage().save(f"{PRINTED}/{run.uuid}-{start}.pdf", File(part))

    def take(taken: Run) -> bool:
        if taken.done != start or taken.file:
            return False
        taken.parts.append(name)
        taken.left_out += left_out
        taken.gone_through = [start + len(items)]
        return True

    return _give(run, name, take)


def _bind(run: Run) -> Run:
    """All parts as the file; a run of one part has it already."""
    name = run.parts[0] if len(run.parts) == 1 else _bound(run)
    if not name:
        return Run.objects.get(pk=run.pk)

    def take(taken: Run) -> bool:
        if taken.file:
            return taken.file == name
        taken.file, taken.parts = name, []
        taken.finished_at = taken.worked_at
        return True

    taken = _give(run, name, take)
    delete_files(part for part in run.parts if part != taken.file)
    return taken


def _bound(run: Run) -> str:
    """The name of the parts one after another; empty where another worker has bound and removed them meanwhile."""
    with TemporaryFile() as printed:
        try:
            bind((_content(name) for name in run.parts), printed)
        except FileNotFoundError:
            if Run.objects.filter(pk=run.pk).unfinished().exists():
                raise
            return ""
        return private_storage().save(f"{PRINTED}/{run.uuid}.pdf", File(printed))


def _content(name: str) -> bytes:
    with private_storage().open(name) as part:
        content: bytes = part.read()
    return content


def _give(run: Run, name: str, take: Callable[[Run], bool]) -> Run:
    """Let the run take what was made, in a transaction; what it does not, because it is gone or another was first, is
    removed. Returns the run as it is now."""
    is_taken = False
    try:
        with transaction.atomic():
            taken = Run.objects.select_for_update().get(pk=run.pk)
            taken.got_further()
            is_taken = take(taken)
            if is_taken:
                taken.save()
    finally:
        if not is_taken:
            delete_files([name])
    return taken


def _merge(items: Sequence[int], target: IO[bytes]) -> list[str]:
    """Write the certificates one after another; returns the numbers of those that were left out.

    Left out is whose file is damaged, and what was revoked or replaced since the run was ordered. The seals stay
    behind: a seal holds for the bytes of one file, and in this one each would be broken.
    """
    writer, left_out = PdfWriter(), []
    found = Certificate.objects.in_bulk(items)
    for pk in items:
        certificate = found.get(pk)
        if certificate is None or certificate.status != Certificate.Status.VALID:
            left_out.append(certificate.number if certificate else f"#{pk}")
            continue
        try:
            writer.append(_unsealed(read_file(certificate)), import_outline=False)
        except Exception as error:  # what a signatory's tool has added may fail in any way, and its words may name
            logger.error("certificate %s: left out of a print file: %s", pk, type(error).__name__)
            left_out.append(certificate.number)
    for _ in range(DEPTH):
        writer.compress_identical_objects(remove_unreferenced=True)  # one font instead of fifty
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
