"""Printing: a template becomes a PDF from our own files only."""

import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Any

from django.template.loader import render_to_string

# Print templates name static files relative to this address ("css/print/base.css"); it is never dialled.
# It has to look like http, because only then are relative addresses inside stylesheets resolved.
STATIC_BASE = "https://static.invalid/"


class ForbiddenResource(ValueError):  # noqa: N818
    """A print asked for something that is neither a static file of ours, nor a listed font, nor a data: URI."""


class NoForm(Exception):  # noqa: N818
    """A layout in which the place of some text cannot be told for certain; the words name nobody."""


@dataclass(frozen=True)
class Attachment:
    """A file inside a PDF/A-3, said to supplement what is printed; the name is ASCII."""

    name: str
    description: str
    media_type: str
    content: bytes
    modified: datetime

    @property
    def stream(self) -> tuple[bytes, bytes]:
        """The embedded file as PDF keeps it: the entries of its dictionary but the length, and its bytes."""
        kind = self.media_type.replace("/", "#2f").encode()
        moment = f"{self.modified.astimezone(UTC):D:%Y%m%d%H%M%SZ}".encode()
        entries = b"/Type/EmbeddedFile/Subtype/%b/Params<</Size %d/ModDate(%b)>>/Filter/FlateDecode" % (
            kind,
            len(self.content),
            moment,
        )
        return entries, zlib.compress(self.content)


@dataclass(frozen=True)
class Run:
    """A piece of text on a line: the operations of its page that place it and show it, its font and its width."""

    text: str
    width: float
    font: str
    size: float
    placed: int
    shown: int


@dataclass(frozen=True)
class Line:
    """A line of text, in CSS pixels: its room begins at `left`; of what it leaves free, `share` stands before it."""

    left: float
    baseline: float
    room: float
    share: float
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class PageLayout:
    """A page: the number of its content stream, the operations in there, and the lines that were asked for."""

    number: int
    operations: tuple[bytes, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Layout:
    """A laid-out document before it is written: its objects by number, in two kinds, and what is variable in it.

    `attachment` is the number of the attached file's stream, 0 without one.
    """

    plain: Mapping[int, bytes]
    streams: Mapping[int, bytes]
    pages: tuple[PageLayout, ...]
    metadata: int
    attachment: int
    xmp: bytes
    info: bytes
    root: bytes


def place(x: float, y: float) -> bytes:
    """The operation that places a text, as the engine writes it."""
    return f"1 0 0 -1 {_coordinate(x)} {_coordinate(y)} Tm".encode()


def _coordinate(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:f}".rstrip("0")


@cache
def _engine() -> Any:
    """The layout engine, loaded with the first print of a process: half a second that no start should wait for."""
    return import_module("cms.print_engine")


def render_pdf(
    *, template: str, context: Mapping[str, Any], archive: bool = False, attachment: Attachment | None = None
) -> bytes:
    """Lay out a template as PDF, fonts embedded; equal input gives equal bytes. With `archive` it is PDF/A-3b.

    The template names static files relative to the static root, without the static tag, and links
    `css/print/base.css`, which declares the fonts "Akademi Serif" and "Akademi Sans". Raises
    ForbiddenResource when it asks for anything that is not ours or is missing: no print without its parts.
    """
    content: bytes = _engine().lay_out(
        render_to_string(template, dict(context)), archive=archive, attachment=attachment
    )
    return content


def render_page(*, template: str, contexts: Iterable[Mapping[str, Any]]) -> bytes:
    """As `render_pdf`: the first of the contexts whose print is a single page, else the last, which nothing may exceed.

    A print takes some tenths of a second, so the first should nearly always do.
    """
    content: bytes = _engine().lay_out_page(render_to_string(template, dict(context)) for context in contexts)
    return content


def lay_out_form(
    *, template: str, context: Mapping[str, Any], marks: Collection[str], attachment: Attachment | None = None
) -> Layout:
    """What `render_pdf` would write as PDF/A, in parts, with the lines on which a text of `marks` stands.

    Raises ForbiddenResource like `render_pdf`, and NoForm where a text stands otherwise than a `Line` can say.
    """
    layout: Layout = _engine().lay_out_form(render_to_string(template, dict(context)), marks, attachment)
    return layout


@cache
def print_fonts() -> Mapping[str, bytes]:
    """The font files that a print may embed, by name, as the engine embeds them."""
    fonts: Mapping[str, bytes] = _engine().every_font()
    return fonts
