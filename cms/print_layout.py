"""What WeasyPrint laid out, read off before it is written: the parts of the PDF, and where some lines of text stand.

Opened by `cms.print_engine` alone. It reads WeasyPrint's boxes and the operations it drew; a version that draws
otherwise is told by NoForm here, not by a wrong print.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes

from cms.printing import Layout, Line, NoForm, PageLayout, Run, place

_SHARES = {"start": 0.0, "left": 0.0, "center": 0.5, "end": 1.0, "right": 1.0}
_NEAR = 0.01  # CSS pixels
_TELLING = 12  # letters by which a mark is known even where it was cut or set in capitals


def layout_of(document: Any, pdf: Any, marks: Collection[str], attached: int) -> Layout:
    """The parts of a document that is about to be written, with the lines on which one of `marks` stands.

    `attached` is the number of the attached file's stream, 0 without one.
    """
    numbers = [_number(pdf.objects[kid]["Contents"]) for kid in pdf.pages["Kids"][::3]]
    pages = tuple(
        _page(number, pdf.objects[number].stream, page._page_box, marks)
        for number, page in zip(numbers, document.pages, strict=True)
    )
    metadata = _number(pdf.catalog["Metadata"])
    variable = {*numbers, metadata, attached}
    constant = [item for item in pdf.objects if item.free != "f" and item.number not in variable]
    return Layout(
        plain={item.number: item.data for item in constant if item.compressible},
        streams={item.number: item.indirect for item in constant if not item.compressible},
        pages=pages,
        metadata=metadata,
        attachment=attached,
        xmp=b"".join(pdf.objects[metadata].stream),
        info=pdf.info.data,
        root=pdf.catalog.reference,
    )


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _page(stream: int, drawn: list[Any], box: Any, marks: Collection[str]) -> PageLayout:
    operations = tuple(_as_bytes(item) for item in drawn)
    places = {operation: index for index, operation in enumerate(operations) if operation.endswith(b" Tm")}
    lines = []
    for block, line in _lines(box, None):
        if _is_marked(list(_words(line)), marks):
            lines.append(_line(block, line, operations, places))
    return PageLayout(stream, operations, tuple(lines))


def _as_bytes(item: Any) -> bytes:
    if isinstance(item, bytes):
        return item
    return bytes(item.data) if isinstance(item, pydyf.Object) else str(item).encode()


def _lines(box: Any, block: Any) -> Iterator[tuple[Any, Any]]:
    """Every line of a box with the block it stands in."""
    box = getattr(box, "_box", box)  # what is positioned stands behind a placeholder
    if isinstance(box, boxes.LineBox):
        yield block, box
    elif isinstance(box, boxes.ParentBox):
        inner = box if isinstance(box, boxes.BlockContainerBox) else block
        for child in box.children:
            yield from _lines(child, inner)


def _is_marked(words: Collection[str], marks: Collection[str]) -> bool:
    found = any(mark in text for text in words for mark in marks)
    if not found and any(mark[:_TELLING].casefold() in text.casefold() for text in words for mark in marks):
        raise NoForm("a mark is broken into lines, or changed")
    return found


def _words(line: Any) -> Iterator[str]:
    return (box.text for box in line.descendants() if isinstance(box, boxes.TextBox))


def _texts(line: Any) -> Iterator[Any]:
    for child in line.children:
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _texts(child)
        else:
            raise NoForm("something besides text stands on a line")


def _line(block: Any, line: Any, operations: tuple[bytes, ...], places: Mapping[bytes, int]) -> Line:
    texts = list(_texts(line))
    for one, following in pairwise(texts):
        if abs(one.position_x + one.width - following.position_x) > _NEAR:
            raise NoForm("the texts of a line do not follow one another")
    baselines = [text.position_y + text.baseline for text in texts]
    if max(baselines) - min(baselines) > _NEAR:
        raise NoForm("the texts of a line are not on one height")
    return Line(
        left=block.content_box_x(),
        baseline=baselines[0],
        room=block.width,
        share=_SHARES[line.style["text_align_all"]],
        runs=tuple(_run(text, operations, places) for text in texts),
    )


def _run(text: Any, operations: tuple[bytes, ...], places: Mapping[bytes, int]) -> Run:
    """Where a text was drawn: its place, its font, its glyphs; mere space is not drawn at all."""
    placed = places.get(place(text.position_x, text.position_y + text.baseline))
    if placed is None and not text.text.strip():
        return Run(text.text, text.width, font="", size=0, placed=-1, shown=-1)
    if placed is None or not operations[placed + 2].endswith(b" TJ"):
        raise NoForm("a text is not drawn as place, font and glyphs")
    font, size, _ = operations[placed + 1].decode().removeprefix("/").split(" ")
    return Run(text.text, text.width, font, float(size), placed, placed + 2)
