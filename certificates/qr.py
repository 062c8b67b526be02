"""The QR code of an address, drawn in two ways that give the same picture: as SVG and as operations of a PDF page."""

from functools import lru_cache
from urllib.parse import quote

import segno

# Any of the eight masks can be read; a fixed one spares weighing all of them, four fifths of the time.
MASK = 2
QUIET = 4  # modules of white around it, as the standard asks for


@lru_cache(maxsize=8)
def _strokes(address: str) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """The side with the quiet zone, and every horizontal stroke of dark modules: column, row, length. Level M."""
    code = segno.make(address, error="m", micro=False, mask=MASK)
    strokes: list[tuple[int, int, int]] = []
    for y, row in enumerate(code.matrix, QUIET):
        bits = bytes(row)
        start = bits.find(1)
        while start >= 0:
            end = bits.find(0, start)
            end = len(bits) if end < 0 else end
            strokes.append((start + QUIET, y, end - start))
            start = bits.find(1, end)
    return len(code.matrix) + 2 * QUIET, tuple(strokes)


def qr_picture(address: str) -> str:
    """The code as an SVG in a data: URI."""
    side, strokes = _strokes(address)
    path = "".join(f"M{x} {y}.5h{length}" for x, y, length in strokes)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path stroke="#000" d="{path}"/></svg>'
    return f"data:image/svg+xml,{quote(svg)}"


def qr_operations(address: str) -> bytes:
    """The path of that picture as the engine draws it: one line for each stroke, in units of a module."""
    return b"\n".join(b"%d %d.5 m\n%d %d.5 l" % (x, y, x + length, y) for x, y, length in _strokes(address)[1])
