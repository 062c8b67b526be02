"""The file that proves a training: a photo freed of everything but its pixels, or a PDF that only shows pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from cms.errors import PhotoNotAnImage, PhotoRefused
from cms.photos import clean_photo
from training.evidence_errors import (
    FileRefused,
    FileTooBig,
    FileUnreadable,
    PdfIsActive,
    PdfLocked,
    PdfTooLong,
    PhotoUnusable,
)

MAX_UPLOAD_BYTES = 5 * 1024 * 1024
MAX_PAGES, MAX_OBJECTS = 30, 20_000
# What runs, fetches, sends or hides something; a page that is only looked at needs none of it (ISO 32000-2, 12.6.4).
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/RichMediaContent", "/XFA"}
_ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute"}


@dataclass(frozen=True)
class CleanFile:
    """Bytes fit to be stored, the ending that names their kind (`jpg`, `pdf`), and the upload's SHA-256."""

    data: bytes
    ending: str
    upload_digest: str


def clean_file(upload: IO[bytes]) -> CleanFile:
    """Look at the bytes, never at the name: a picture is re-encoded, a PDF is checked and kept as it is.

    A PDF keeps its bytes, because changing them would break an electronic signature. Raises FileTooBig,
    FileUnreadable, PhotoUnusable, PdfLocked, PdfIsActive or PdfTooLong.
    """
    upload.seek(0)
    raw = upload.read(MAX_UPLOAD_BYTES + 1)
    if len(raw) > MAX_UPLOAD_BYTES:
        raise FileTooBig
    digest = hashlib.sha256(raw).hexdigest()
    if raw.startswith(b"%PDF-"):
        _check_pdf(raw)
        return CleanFile(raw, "pdf", digest)
    try:
        return CleanFile(clean_photo(BytesIO(raw)).data, "jpg", digest)
    except PhotoNotAnImage as error:
        raise FileUnreadable from error
    except PhotoRefused as refusal:
        raise PhotoUnusable(str(refusal)) from refusal


def _check_pdf(raw: bytes) -> None:
    try:
        reader = PdfReader(BytesIO(raw))
        if reader.is_encrypted:
            raise PdfLocked
        _check_parts(reader)
        if not 1 <= len(reader.pages) <= MAX_PAGES:
            raise PdfTooLong if len(reader.pages) else FileUnreadable
    except FileRefused:
        raise
    except Exception as error:  # a damaged PDF fails in any way it likes, and it is always the file's fault
        raise FileUnreadable from error


def _check_parts(reader: PdfReader) -> None:
    """Every object of the file, also those no page leads to."""
    numbers = {(number, generation) for generation, rows in reader.xref.items() for number in rows}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_OBJECTS:
        raise PdfTooLong
    _check_active(reader.trailer)
    for number, generation in numbers:
        _check_active(reader.get_object(IndirectObject(number, generation, reader)))


def _check_active(whole: PdfObject | None) -> None:
    """One object with what is written inside of it; what it refers to is an object of its own."""
    parts = [whole]
    while parts:
        part = parts.pop()
        if isinstance(part, DictionaryObject):
            if _ACTIVE_KEYS & part.keys() or part.get("/S") in _ACTIVE_ACTIONS:
                raise PdfIsActive
            parts += [part.raw_get(key) for key in part]
        elif isinstance(part, ArrayObject):
            parts += list.__iter__(part)
