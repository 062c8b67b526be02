"""The QR code of an address, drawn in two ways that give the same picture: as SVG and as operations of a PDF page.

A QR code of one size, level and mask is linear: its Reed-Solomon code is, and the mask is added to it. So the code of
an address is that of another one of the same length, plus for each bit in which they differ what that bit changes.
Segno needs a millisecond for a code; the sum of known changes needs a tenth.
"""

import re
from functools import lru_cache
from urllib.parse import quote

import segno

# Any of the eight masks can be read; a fixed one spares weighing all of them, four fifths of the time.
MASK = 2
QUIET = 4  # modules of white around it, as the standard asks for
_LEARNT = 4  # changes asked of segno for one code: a single certificate does not wait for all of them
_STROKE = re.compile("1+")


class _Family:
    """The codes of addresses of one length, as integers of one bit a module, row by row."""

    def __init__(self, first: bytes) -> None:
        self._first = first
        self.side, self._code = _drawn(first)
        self._changes: dict[tuple[int, int], int] = {}

    def code(self, address: bytes) -> int:
        """The modules of an address."""
        differing = [
            (at, bit)
            for at, (one, other) in enumerate(zip(self._first, address, strict=True))
            if (difference := one ^ other)
            for bit in range(8)
            if difference >> bit & 1
        ]
        unknown = [change for change in differing if change not in self._changes]
        for change in unknown[:_LEARNT]:
            self._changes[change] = self._change(*change)
        if len(unknown) > _LEARNT:
            return _drawn(address)[1]
        code = self._code
        for change in differing:
            code ^= self._changes[change]
        return code

    def _change(self, at: int, bit: int) -> int:
        changed = bytearray(self._first)
        changed[at] ^= 1 << bit
        return _drawn(bytes(changed))[1] ^ self._code


def _drawn(address: bytes) -> tuple[int, int]:
    """The side and the modules, by segno: level M, the fixed mask, bytes whatever they stand for."""
    code = segno.make(address, error="m", micro=False, mask=MASK, mode="byte")
    return len(code.matrix), int(b"".join(code.matrix).translate(_DIGITS), 2)


_DIGITS = bytes([48, 49, *bytes(254)])
_family = lru_cache(maxsize=8)(lambda length: _Family(b"x" * length))


@lru_cache(maxsize=8)
def _strokes(address: str) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """The side with the quiet zone, and every horizontal stroke of dark modules: column, row, length."""
    content = address.encode()
    family = _family(len(content))
    side = family.side
    modules = f"{family.code(content):0{side * side}b}"
    strokes = [
        (stroke.start() + QUIET, row + QUIET, stroke.end() - stroke.start())
        for row in range(side)
        for stroke in _STROKE.finditer(modules[row * side : (row + 1) * side])
    ]
    return side + 2 * QUIET, tuple(strokes)


def qr_picture(address: str) -> str:
    """The code as an SVG in a data: URI."""
    side, strokes = _strokes(address)
    path = "".join(f"M{x} {y}.5h{length}" for x, y, length in strokes)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path stroke="#000" d="{path}"/></svg>'
    return f"data:image/svg+xml,{quote(svg)}"


def qr_operations(address: str) -> bytes:
    """The path of that picture as the engine draws it: one line for each stroke, in units of a module."""
    return b"\n".join(b"%d %d.5 m\n%d %d.5 l" % (x, y, x + length, y) for x, y, length in _strokes(address)[1])
