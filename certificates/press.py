"""The press: many certificates of one kind, laid out once.

WeasyPrint lays out a *form*: the design with all constant words, and with a mark where a word of each certificate
comes. A mark is the alphabet of its slot, so that the form embeds every letter that may be needed. Printing then
writes the texts, shaped by HarfBuzz in the embedded font, and the QR into the contents of the pages; everything else
is copied byte for byte. What does not fit that way is refused, and whoever asked lays it out in full.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from django.utils.translation import get_language

from certificates.press_file import Blueprint, Piece
from certificates.press_text import Typeface, Unsettable, typeface_of
from certificates.qr import qr_operations, qr_picture
from cms.printing import Attachment, Layout, Line, NoForm, PageLayout, lay_out_form, place

FORMS = 64  # kept in a process, together some 20 MB
_SLACK = 0.5  # CSS pixels that a line must leave free: at the very edge the engine decides
_TELLING = 12  # letters by which a mark is known
_NO_DAY = date(1111, 11, 11)  # stands in a form's description for the day of each file
_GLYPHS = re.compile(rb"<([0-9a-f]+)>")

Place = tuple[int, int]  # a line of a page and a run of it


class NotPressed(Exception):  # noqa: N818
    """Why a certificate has to be laid out in full; the words name nobody."""


@dataclass(frozen=True)
class Sheet:
    """What is to be printed: a template, what is alike on many certificates, and the texts of this one by slot.

    `alphabets` names for each slot the letters that a form keeps ready. The template finds the texts under the names
    of their slots, the QR of `address` as `qr`, the source of an img, and `form`: whether marks stand for the texts, on
    lines that must not be broken. An empty text is left out of the form too. `created`, found by the template under
    that name, is the day that the file's description tells. A form keeps the attachment's name and description; its
    content is the sheet's own.
    """

    template: str
    constants: Mapping[str, Any]
    texts: Mapping[str, str]
    alphabets: Mapping[str, str]
    address: str
    created: date
    attachment: Attachment | None = None

    @property
    def context(self) -> dict[str, Any]:
        """What the template is given to lay out the whole certificate."""
        own = {"qr": qr_picture(self.address), "created": self.created, "form": False}
        return {**self.constants, **self.texts, **own}

    @property
    def key(self) -> str:
        """Equal for sheets that share a form."""
        filled = [slot for slot, text in self.texts.items() if text]
        attached = (self.attachment.name, self.attachment.description) if self.attachment else None
        return repr(
            (self.template, get_language(), len(self.address), filled, attached, sorted(self.constants.items()))
        )


def press(sheet: Sheet) -> bytes:
    """The PDF of a sheet; equal sheets give equal bytes. Raises NotPressed, for equal sheets always or never."""
    return _form(sheet).print(sheet)


class Form:
    """A laid-out design that waits for the texts of its slots. Raises NotPressed for a design that cannot be one."""

    def __init__(self, sheet: Sheet) -> None:
        filled = [slot for slot, text in sheet.texts.items() if text]
        self._marks = {slot: f"{at}{sheet.alphabets[slot]}{at}" for at, slot in enumerate(filled)}
        code = "x" * len(sheet.address)  # a QR of the same size
        self._letters = {slot: frozenset(mark) for slot, mark in self._marks.items()}
        marked = {slot: self._marks.get(slot, "") for slot in sheet.texts}
        context = {**sheet.constants, **marked, "qr": qr_picture(code), "created": _NO_DAY, "form": True}
        try:
            layout = lay_out_form(
                template=sheet.template, context=context, marks=self._marks.values(), attachment=sheet.attachment
            )
            embedded = _embedded(layout)
            self._pages = {page.number: _Page(page, self._marks, code, embedded) for page in layout.pages}
        except (NoForm, Unsettable) as error:
            raise NotPressed(f"the design: {str(error) or 'a line that only the engine can set'}") from error
        if not any(page.has_code for page in self._pages.values()):
            raise NotPressed("the design: its QR is not drawn straight onto a page")
        self._description = (layout.info.decode("latin-1"), layout.xmp.decode("latin-1"))
        unmarked = _replaced(self._description[1], dict.fromkeys(self._marks.values(), ""))
        if any(mark[:_TELLING] in unmarked for mark in self._marks.values()):
            raise NotPressed("the design: its title holds a text with signs that XML writes otherwise")
        self._blueprint = Blueprint(layout)

    def print(self, sheet: Sheet) -> bytes:
        """The PDF. Raises NotPressed for a text with a letter that is not at hand, or wider than its line."""
        texts = {mark: " ".join(sheet.texts[slot].split()) for slot, mark in self._marks.items()}
        for slot, letters in self._letters.items():
            if not letters.issuperset(sheet.texts[slot]):
                raise NotPressed(f"{slot}: a letter that is not at hand")
        code = qr_operations(sheet.address) + b"\n"
        contents = {number: page.contents(texts, code) for number, page in self._pages.items()}
        # The day first: a number may read like the day that stands for it.
        days = dict(zip(_days(_NO_DAY), _days(sheet.created), strict=True))
        info, xmp = (_replaced(text, days | texts).encode("latin-1") for text in self._description)
        return self._blueprint.write(contents, info=info, xmp=xmp, attachment=sheet.attachment)


class _Page:
    """The content of a page: constant pieces, and between them the places of what changes."""

    def __init__(self, page: PageLayout, marks: Mapping[str, str], code: str, embedded: Mapping[str, set[int]]) -> None:
        self._lines = [_Setting(line, page.operations, embedded) for line in page.lines]
        slots: list[tuple[int, int, Place | None]] = [(*span, None) for span in _spans(page.operations, code)]
        self.has_code = bool(slots)
        for row, line in enumerate(page.lines):
            slots += [(run.placed, run.shown + 1, (row, at)) for at, run in enumerate(line.runs) if run.font]
        self._pieces: list[Piece | Place | None] = []
        end = 0
        for start, after, slot in sorted(slots):
            self._pieces += [Piece(b"\n".join([*page.operations[end:start], b""])), slot]
            end = after
        self._pieces.append(Piece(b"\n".join(page.operations[end:])))

    def contents(self, texts: Mapping[str, str], code: bytes) -> list[Piece | bytes]:
        """The pieces in order, filled. Raises NotPressed."""
        lines = [line.set(texts) for line in self._lines]
        return [
            piece if isinstance(piece, Piece) else lines[piece[0]][piece[1]] if piece else code
            for piece in self._pieces
        ]


class _Setting:
    """A line with slots: the typeface of each run, found by setting the mark as the engine did."""

    def __init__(self, line: Line, operations: Sequence[bytes], embedded: Mapping[str, set[int]]) -> None:
        self._line = line
        self._embedded = embedded
        self._operations = [(operations[run.placed + 1], operations[run.shown]) for run in line.runs]
        self._faces: list[Typeface | None] = [
            typeface_of(run.text, run.size, run.width, operations[run.shown]) if run.font else None for run in line.runs
        ]

    def set(self, texts: Mapping[str, str]) -> list[bytes]:
        """For each run the operations that place and show it. Raises NotPressed."""
        set_runs = [self._run(at, texts) for at in range(len(self._line.runs))]
        free = self._line.room - sum(width for _, width in set_runs)
        if free < _SLACK:
            raise NotPressed("a line that has to be broken or set smaller")
        x, done = self._line.left + self._line.share * free, []
        for (font, _), (shown, width) in zip(self._operations, set_runs, strict=True):
            done.append(b"\n".join([place(x, self._line.baseline), font, shown, b""]))
            x += width
        return done

    def _run(self, at: int, texts: Mapping[str, str]) -> tuple[bytes, float]:
        run, face = self._line.runs[at], self._faces[at]
        text = _replaced(run.text, texts)
        if face is None or text == run.text:
            return self._operations[at][1], run.width
        try:
            shown, width, glyphs = face.set(text, run.size)
        except Unsettable as error:
            raise NotPressed("a text that only the engine can set") from error
        if not self._embedded[run.font].issuperset(glyphs):
            raise NotPressed("a letter that is not at hand")
        return shown, width


def _replaced(text: str, texts: Mapping[str, str]) -> str:
    for mark, value in texts.items():
        text = text.replace(mark, value)
    return text


def _days(day: date) -> tuple[str, str]:
    """A day as the two descriptions of a file write it."""
    return f"(D:{day:%Y%m%d})", f">{day:%Y-%m-%d}<"


def _spans(operations: Sequence[bytes], code: str) -> list[tuple[int, int]]:
    """Where the code is drawn: from which operation to which."""
    strokes = qr_operations(code).split(b"\n")
    starts = [at for at, operation in enumerate(operations) if operation == strokes[0]]
    return [(at, at + len(strokes)) for at in starts if list(operations[at : at + len(strokes)]) == strokes]


def _embedded(layout: Layout) -> dict[str, set[int]]:
    """The glyphs that the form shows in each font: those that its files embed."""
    found: dict[str, set[int]] = {}
    for page in layout.pages:
        font: set[int] = set()
        for operation in page.operations:
            if operation.endswith(b" Tf"):
                font = found.setdefault(operation.decode().removeprefix("/").split(" ")[0], set())
            elif operation.endswith(b"TJ"):
                shown = b"".join(_GLYPHS.findall(operation))
                font |= {int(shown[at : at + 4], 16) for at in range(0, len(shown), 4)}
    return found


_forms: OrderedDict[str, Form | NotPressed] = OrderedDict()
_lock = Lock()


def _form(sheet: Sheet) -> Form:
    """The form of a sheet, laid out when it is new; a design that cannot be one is remembered as well."""
    key = sheet.key
    with _lock:
        form = _forms.pop(key, None)
        if form is not None:
            _forms[key] = form
    if form is None:
        try:
            form = Form(sheet)
        except NotPressed as reason:
            form = reason
        with _lock:
            _forms[key] = form
            while len(_forms) > FORMS:
                _forms.popitem(last=False)
    if isinstance(form, NotPressed):
        raise NotPressed(*form.args)
    return form
