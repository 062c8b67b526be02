"""The QR code of an address, drawn in two ways that give the same picture: as SVG and as operations of a PDF page.

A QR code of one size, level and mask is linear: its Reed-Solomon code is, and the mask is added to it. So the code of
an address is that of another one of the same length, plus for each bit in which they differ what that bit changes.
Segno makes the first code, in milliseconds; what each bit changes is worked out once for a length.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import compress, count
from operator import add
from urllib.parse import quote

import segno

from certificates.qr_bits import changes_of

# Any of the eight masks can be read; a fixed one spares weighing all of them, four fifths of the time.
MASK = 2
QUIET = 4  # modules of white around it, as the standard asks for
_DIGITS = bytes.maketrans(b"\x00\x01", b"01")
_BITS = bytes.maketrans(b"01", b"\x00\x01")


class _Family:
    """The codes of addresses of one length, as integers: row by row a bit for each module and a 0 at the end."""

    def __init__(self, length: int) -> None:
        self._first = b"x" * length
        code = _made(self._first)
        self.side, self._code = len(code.matrix), _modules(code)
        self._changes = changes_of(code, length)
        places = [divmod(at, self.side + 1) for at in range((self.side + 1) * self.side)]
        self._from = [f"{x + QUIET} {y + QUIET}.5 m\n" for y, x in places]
        self._to = [f"{x + QUIET} {y + QUIET}.5 l" for y, x in places]
        probe = bytes((33 + at % 90) for at in range(length))
        if self._code_of(probe) != _modules(_made(probe)):
            raise RuntimeError("segno makes QR codes otherwise than certificates.qr_bits knows")

    def strokes(self, address: bytes) -> Iterator[tuple[int, int]]:
        """Where dark modules begin and end, counted through all rows."""
        begins, ends = self._edges(address)
        return zip(compress(count(), begins), compress(count(), ends), strict=True)

    def operations(self, address: bytes) -> str:
        """Each stroke as a line of a PDF page."""
        begins, ends = self._edges(address)
        return "\n".join(map(add, compress(self._from, begins), compress(self._to, ends)))

    def _edges(self, address: bytes) -> tuple[bytes, bytes]:
        """For each place whether a stroke begins there, and whether one has ended; each row ends light."""
        code = self._code_of(address)
        before = code >> 1
        return self._places(code & ~before), self._places(before & ~code)

    def _places(self, bits: int) -> bytes:
        return f"{bits:0{len(self._from)}b}".encode().translate(_BITS)

    def _code_of(self, address: bytes) -> int:
        code = self._code
        for changes, one, other in zip(self._changes, self._first, address, strict=True):
            difference = one ^ other
            while difference:
                bit = difference & -difference
                code ^= changes[bit]
                difference ^= bit
        return code


def _made(address: bytes) -> segno.QRCode:
    """Level M, or a higher one where that needs no larger code."""
    return segno.make(address, error="m", micro=False, mask=MASK, mode="byte")


def _modules(code: segno.QRCode) -> int:
    return int(b"".join(row + b"\x00" for row in code.matrix).translate(_DIGITS), 2)


_family = lru_cache(maxsize=4)(_Family)


def qr_picture(address: str) -> str:
    """The code as an SVG in a data: URI."""
    content = address.encode()
    family = _family(len(content))
    whole, wide = family.side + 2 * QUIET, family.side + 1
    path = "".join(
        f"M{start % wide + QUIET} {start // wide + QUIET}.5h{end - start}" for start, end in family.strokes(content)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}"><path stroke="#000" d="{path}"/></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


def qr_operations(address: str) -> bytes:
    """The path of that picture as the engine draws it: one line for each stroke, in units of a module."""
    content = address.encode()
    return _family(len(content)).operations(content).encode()
