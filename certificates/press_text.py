"""Setting a line of text: HarfBuzz shapes it, and it is written as the operation of a PDF page that shows it."""

from collections.abc import Mapping
from functools import cache

import uharfbuzz as hb

from cms.printing import print_fonts

# What the stylesheets of our prints turn on or off; the right set is found by setting what the engine has set.
FEATURES: tuple[Mapping[str, bool], ...] = ({}, {"lnum": True}, {"kern": False}, {"lnum": True, "kern": False})
_UNITS = 1024  # in a CSS pixel; Pango's, so that rounding falls the same way
_NEAR = 0.05  # CSS pixels
_EM = 1000  # what glyph widths in a PDF are parts of


class Unsettable(ValueError):  # noqa: N818
    """A text needs more than glyphs one after another: a letter is missing, or stands over another."""


class Typeface:
    """A font file with the features it is set with."""

    def __init__(self, font: str, features: Mapping[str, bool]) -> None:
        self._face = hb.Face(print_fonts()[font])
        self._features = dict(features)
        self._sizes: dict[float, _Size] = {}

    def set(self, text: str, size: float) -> tuple[bytes, float, list[int]]:
        """The operation that shows the text, its width in CSS pixels, and its glyphs; `size` in CSS pixels.

        Raises Unsettable.
        """
        size = round(size * _UNITS) / _UNITS
        font = self._sizes.get(size) or self._sizes.setdefault(size, _Size(self._face, size))
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script, buffer.language = "ltr", "Latn", "id"
        hb.shape(font.font, buffer, self._features)
        shown: list[str] = []
        total = 0
        for info, placed in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            glyph = info.codepoint
            moved, raised, advance, _ = placed.position
            if not glyph or raised:
                raise Unsettable
            total += advance
            usual, digits = font.glyphs.get(glyph) or font.learn(glyph)
            shown.append(digits if advance == usual and not moved else font.kerned(glyph, moved, advance))
        glyphs = [info.codepoint for info in buffer.glyph_infos]
        return _tidy(f"[<{''.join(shown)}>] TJ".encode()), total / _UNITS, glyphs


class _Size:
    """A face in one size; what it measures is in 1024ths of a CSS pixel."""

    def __init__(self, face: hb.Face, size: float) -> None:
        self.font = hb.Font(face)
        self.font.scale = (round(size * _UNITS), round(size * _UNITS))
        self.glyphs: dict[int, tuple[int, str]] = {}  # how far each moves the pen, and its digits
        self._size = size

    def learn(self, glyph: int) -> tuple[int, str]:
        """A glyph's own entry in `glyphs`."""
        return self.glyphs.setdefault(glyph, (self.font.get_glyph_h_advance(glyph), f"{glyph:04x}"))

    def kerned(self, glyph: int, moved: int, advance: int) -> str:
        """The digits of a glyph that is moved or moves the pen otherwise, within an open string of such digits."""
        usual, digits = self.glyphs[glyph]
        unit, offset = _EM / (_UNITS * self._size), moved / self._size
        # The reader of the PDF adds the whole width of a glyph; kerning is what is taken back of it.
        back = int(round(usual * unit) + offset - advance * unit)
        return f">{-offset}<{digits}>{back}<" if moved else f"{digits}>{back}<"


def _tidy(shown: bytes) -> bytes:
    """Without moves by nothing."""
    return shown.replace(b">0<", b"").replace(b">0]", b">]").replace(b"<>", b"")


@cache
def typefaces() -> tuple[Typeface, ...]:
    """Every font that a print may embed, with every set of features."""
    return tuple(Typeface(font, features) for font in print_fonts() for features in FEATURES)


def typeface_of(text: str, size: float, width: float, shown: bytes) -> Typeface:
    """The typeface that sets this text just as the engine did; raises Unsettable if there is none.

    The weights of a family number their glyphs alike: only the width tells them apart where nothing is kerned.
    """
    wanted = _tidy(shown)
    for face in typefaces():
        try:
            found, wide, _ = face.set(text, size)
            if found == wanted and abs(wide - width) < _NEAR:
                return face
        except Unsettable:
            continue
    raise Unsettable
