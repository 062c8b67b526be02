"""Setting a line of text: HarfBuzz shapes it, and it is written as the operation of a PDF page that shows it."""

from collections.abc import Mapping
from functools import cache

import uharfbuzz as hb

from cms.printing import print_fonts

# What the stylesheets of our prints turn on or off; the right set is found by setting what the engine has set.
FEATURES: tuple[Mapping[str, bool], ...] = ({}, {"lnum": True}, {"kern": False}, {"lnum": True, "kern": False})
_UNITS = 1024  # in a CSS pixel; Pango's, so that rounding falls the same way
_EM = 1000  # what glyph widths in a PDF are parts of


class Unsettable(ValueError):  # noqa: N818
    """A text needs more than glyphs one after another: a letter is missing, or stands over another."""


class Typeface:
    """A font file with the features it is set with."""

    def __init__(self, font: str, features: Mapping[str, bool]) -> None:
        self._face = hb.Face(print_fonts()[font])
        self._features = dict(features)
        self._sizes: dict[float, hb.Font] = {}

    def set(self, text: str, size: float) -> tuple[bytes, float, list[int]]:
        """The operation that shows the text, its width in CSS pixels, and its glyphs; `size` in CSS pixels.

        Raises Unsettable.
        """
        size = round(size * _UNITS) / _UNITS
        font = self._sizes.get(size) or self._at(size)
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script, buffer.language = "ltr", "Latn", "id"
        hb.shape(font, buffer, self._features)
        shown, total, glyphs, unit = "", 0, [], _EM / (_UNITS * size)
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            glyph, width, moved = info.codepoint, position.x_advance, position.x_offset / size
            if not glyph or position.y_offset:
                raise Unsettable
            glyphs.append(glyph)
            total += width
            # The reader of the PDF adds the whole width of a glyph; kerning is what is taken back of it.
            back = int(round(font.get_glyph_h_advance(glyph) * unit) + moved - width * unit)
            shown += (f">{-moved}<" if moved else "") + f"{glyph:04x}" + (f">{back}<" if back else "")
        return _tidy(f"[<{shown}>] TJ".encode()), total / _UNITS, glyphs

    def _at(self, size: float) -> hb.Font:
        font = hb.Font(self._face)
        font.scale = (round(size * _UNITS), round(size * _UNITS))
        return self._sizes.setdefault(size, font)


def _tidy(shown: bytes) -> bytes:
    """Without moves by nothing."""
    return shown.replace(b">0<", b"").replace(b">0]", b">]").replace(b"<>", b"")


@cache
def typefaces() -> tuple[Typeface, ...]:
    """Every font that a print may embed, with every set of features."""
    return tuple(Typeface(font, features) for font in print_fonts() for features in FEATURES)


def typeface_of(text: str, size: float, shown: bytes) -> Typeface:
    """The typeface that sets this text just as the engine did; raises Unsettable if there is none."""
    wanted = _tidy(shown)
    for face in typefaces():
        try:
            if face.set(text, size)[0] == wanted:
                return face
        except Unsettable:
            continue
    raise Unsettable
