"""Mending the tags that WeasyPrint writes: what stands in the margin of every page belongs to no reading order.

Opened by `cms.print_engine` alone. WeasyPrint marks such text as content and leaves its element outside the tree; in
a tagged PDF it has to be an artifact (ISO 32000-1, 14.8.2.2).
"""

from collections.abc import Iterator
from typing import Any


def free_margins(pdf: Any) -> None:
    """Make artifacts of marked content whose element the structure does not reach, before the PDF is written."""
    tree = _object(pdf, pdf.catalog["StructTreeRoot"])
    known = {id(element) for element in _elements(pdf, tree)}
    numbers = _object(pdf, tree["ParentTree"])["Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for kid in pdf.pages["Kids"][::3]:
        page = pdf.objects[kid]
        own = parents[page["StructParents"]]
        loose = {mark for mark, parent in enumerate(own) if id(_object(pdf, parent)) not in known}
        _free(_object(pdf, page["Contents"]).stream, loose)
        for mark in loose:
            own[mark] = b"null"


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _elements(pdf: Any, parent: Any) -> Iterator[Any]:
    for kid in parent.get("K", []):
        if isinstance(kid, bytes):
            element = _object(pdf, kid)
            yield element
            yield from _elements(pdf, element)


def _free(drawn: list[Any], loose: set[int]) -> None:
    """`/Span`, its mark and `BDC` stand one after another in what was drawn."""
    for at in range(len(drawn) - 1, -1, -1):
        if drawn[at] == b"BDC" and drawn[at - 1].get("MCID") in loose:
            drawn[at - 2 : at + 1] = [b"/Artifact", b"BMC"]
