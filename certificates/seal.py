"""The seal as the room uses it: made on every certificate before it is stored, and read from what people bring.

What reads a seal here trusts no structure of the file: a few patterns over its bytes find every signature, wherever an
editor has moved it, and neither pages nor objects of a stranger's PDF are ever interpreted.
"""

import hashlib
import re
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from cryptography import x509
from django.conf import settings
from django.utils.module_loading import import_string

from certificates.seal_keys import known_certificates, usable_credentials

_RANGE = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,9})\s{1,8}(\d{1,9})\s{1,8}(\d{1,9})\s{1,8}(\d{1,9})\s{0,80}\]")
# An ASN.1 SEQUENCE of 200 bytes or more in hexadecimal, tried at the beginning of each run of digits only.
_CONTAINER = re.compile(rb"(?<![0-9A-Fa-f])3082([0-9A-Fa-f]{4})[0-9A-Fa-f]{392,}+")
_OBJECT_STREAM = re.compile(rb"/ObjStm\b")
_STREAM = re.compile(rb"stream\r?\n")
MOST_RANGES, MOST_CONTAINERS = 8, 8
MOST_CONTAINED = 32 * 1024  # bytes of one signature; an official one with chain and time stamp has 10 to 20 kB
MOST_STREAMS, MOST_INFLATED = 64, 8 * 1024 * 1024  # bytes of all object streams together
PIECE = 16 * 1024  # bytes given to zlib, or taken from it, at a time


@cache
def _engine(name: str) -> Any:
    """A function of the engine, loaded with the first seal of a process."""
    return import_string(f"certificates.seal_engine.{name}")


def seal(pdf: bytes) -> bytes:
    """The PDF with the installation's seal, and a time stamp where SEAL_TSA_URL names an authority.

    Raises SealMisconfigured, SealExpired, and whatever keeps the authority from answering: a certificate is stored
    sealed or not at all.
    """
    sealed: bytes = _engine("seal_pdf")(pdf, usable_credentials(), stamp_url=settings.SEAL_TSA_URL)
    return sealed


def ranges(pdf: bytes) -> list[str]:
    """SHA-256 of what each signature claims to cover, the newest first; of a file of ours this is its seal's digest."""
    view, found = memoryview(pdf), []
    for match in list(_RANGE.finditer(pdf))[-1 : -MOST_RANGES - 1 : -1]:
        start, length, second, rest = map(int, match.groups())
        digest = hashlib.sha256(view[start : start + length])
        digest.update(view[second : second + rest])
        found.append(digest.hexdigest())
    return found


def seals(pdf: bytes) -> tuple[list[str], bool]:
    """Digests (hexadecimal) that seals of ours in the file vouch for, and whether there are signatures of others."""
    known, ours, has_others = known_certificates(), [], False
    for container in _containers(pdf):
        try:
            digest = _read(container, known)
        except Exception:  # noqa: S112  # a stranger's bytes fail in any way they like
            continue
        if digest is None:
            has_others = True
        else:
            ours.append(digest.hex())
    return ours, has_others


def _read(container: bytes, known: list[x509.Certificate]) -> bytes | None:
    digest: bytes | None = _engine("read_seal")(container, known)
    return digest


def _containers(pdf: bytes) -> Iterator[bytes]:
    found = 0
    for text in (pdf, *_inflated(pdf)):
        for match in _CONTAINER.finditer(text):
            if found == MOST_CONTAINERS:
                return
            found += 1
            size = int(match[1], 16) + 4  # what the SEQUENCE says; zeros fill the room behind it
            if size <= MOST_CONTAINED and 2 * size <= len(match[0]):
                yield bytes.fromhex(match[0][: 2 * size].decode())


def _inflated(pdf: bytes) -> Iterator[bytes]:
    """The object streams, where an editor that rewrites a file may put the signature.

    All work counts, also on a stream that turns out broken: no file makes us inflate more than MOST_INFLATED.
    """
    left, before = MOST_INFLATED, -1
    for number, match in enumerate(_OBJECT_STREAM.finditer(pdf)):
        if number >= MOST_STREAMS or left <= 0:
            return
        start = _STREAM.search(pdf, match.end(), match.end() + 1000)
        if start is None or start.end() == before:  # many markers may stand before one stream
            continue
        before, pieces = start.end(), []
        for piece, cost in _pieces(pdf, before, left):
            left -= cost
            pieces.append(piece)
        yield b"".join(pieces)


def _pieces(pdf: bytes, start: int, most: int) -> Iterator[tuple[bytes, int]]:
    """What is inflated from `start` on, with what each piece cost, up to the stream's end or its first bad block.

    A piece costs the bytes that it gave or took, whichever are more: empty blocks take time and give nothing.
    """
    inflater, at, rest = zlib.decompressobj(), start, b""
    while most > 0 and not inflater.eof and (rest or at < len(pdf)):
        if not rest:
            rest, at = pdf[at : at + PIECE], at + PIECE
        room = min(PIECE, most)
        try:
            piece = inflater.decompress(rest, room)
        except zlib.error:  # what it gave before the bad block is lost, but was work
            yield b"", room
            return
        taken = len(rest) - len(inflater.unconsumed_tail) - len(inflater.unused_data)
        cost = max(len(piece), taken)
        rest, most = inflater.unconsumed_tail, most - cost
        yield piece, cost
