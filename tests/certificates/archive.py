"""A strict look at the structure of a PDF/A-3b that says it is tagged.

It is not veraPDF, which cannot be had from PyPI or Debian: it holds a file to those rules of ISO 19005-3 that our
prints could break, and to the tags that PDF/UA and level A want. Each fault is told in a few words.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject, NullObject, StreamObject

NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}
FORBIDDEN_KEYS = {"/AA", "/OpenAction", "/JS", "/JavaScript", "/XFA", "/PS", "/OPI", "/TR", "/HTP", "/Alternates"}
STRUCTURE = set("Document Part Art Sect Div P H1 H2 H3 Table THead TBody TFoot TR TH TD Figure Span NonStruct".split())
BLENDS = {"/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten"}


def faults(content: bytes) -> list[str]:
    """What keeps the file from being a tagged PDF/A-3b; nothing is good."""
    reader = PdfReader(BytesIO(content), strict=True)
    return [
        *_frame(content, reader),
        *_description(reader),
        *_colours(reader),
        *_objects(reader),
        *_attachments(reader),
        *_fonts(reader),
        *_tags(reader),
    ]


def every_object(reader: PdfReader) -> Iterator[Any]:
    """All objects of the file, those inside others too."""
    numbers = {*(reader.xref.get(0) or {}), *reader.xref_objStm}
    for number in sorted(numbers - {0}):
        yield from _inside(IndirectObject(number, 0, reader).get_object())


def _inside(value: Any) -> Iterator[Any]:
    yield value
    children = value.values() if isinstance(value, DictionaryObject) else value if isinstance(value, list) else ()
    for child in children:
        if not isinstance(child, IndirectObject):
            yield from _inside(child)


def _frame(content: bytes, reader: PdfReader) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[4-7]\n%[\x80-\xff]{4}\n", content):
        yield "header"
    if not content.endswith((b"%%EOF", b"%%EOF\n")):
        yield "something after the end"
    if len(reader.trailer.get("/ID", [])) != 2:
        yield "no identity"
    if "/Encrypt" in reader.trailer:
        yield "encrypted"
    names = reader.root_object.get("/Names", {})
    form = reader.root_object.get("/AcroForm", {})
    if set(form) - {"/Fields", "/SigFlags"} or "/OCProperties" in reader.root_object or "/JavaScript" in names:
        yield "more than a form for signatures, layers or scripts"


def _description(reader: PdfReader) -> Iterator[str]:
    stream = reader.root_object["/Metadata"].get_object()
    if (stream.get("/Type"), stream.get("/Subtype")) != ("/Metadata", "/XML"):
        yield "metadata is not XML"
    data = stream.get_data()
    if not re.match(rb'<\?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"\?>', data) or b"<?xpacket end=" not in data:
        yield "metadata is no XMP packet"
    root = ElementTree.fromstring(data)
    marks = [element.attrib for element in root.iter(f"{{{NAMES['rdf']}}}Description")]
    said = {key: value for attributes in marks for key, value in attributes.items()}
    if (said.get(f"{{{NAMES['pdfaid']}}}part"), said.get(f"{{{NAMES['pdfaid']}}}conformance")) != ("3", "B"):
        yield "does not say PDF/A-3b"
    info = reader.metadata or {}
    pairs = {
        "/Title": root.findtext(".//dc:title/rdf:Alt/rdf:li", None, NAMES),
        "/Author": root.findtext(".//dc:creator/rdf:Seq/rdf:li", None, NAMES),
        "/Creator": root.findtext(".//xmp:CreatorTool", None, NAMES),
        "/Producer": said.get(f"{{{NAMES['pdf']}}}Producer"),
        "/CreationDate": "D:" + (root.findtext(".//xmp:CreateDate", "", NAMES)).replace("-", ""),
    }
    yield from (
        f"{key} is {info.get(key)!r} but {value!r} in XMP" for key, value in pairs.items() if info.get(key) != value
    )


def _colours(reader: PdfReader) -> Iterator[str]:
    (intent,) = reader.root_object.get("/OutputIntents", [DictionaryObject()])
    profile = intent.get_object().get("/DestOutputProfile")
    data = profile.get_object().get_data() if profile else b""
    if intent.get_object().get("/S") != "/GTS_PDFA1" or data[36:40] != b"acsp" or data[16:20] != b"RGB ":
        yield "no RGB output intent"
    if data and (profile.get_object().get("/N") != 3 or data[8] > 4 or data[12:16] not in (b"mntr", b"prtr")):
        yield "a profile that PDF/A does not know"
    for page in reader.pages:
        for _, operator in ContentStream(page["/Contents"], reader).operations:
            if operator in (b"k", b"K"):
                yield "CMYK"


def _objects(reader: PdfReader) -> Iterator[str]:
    for value in every_object(reader):
        if not isinstance(value, DictionaryObject):
            continue
        yield from (f"{key} is forbidden" for key in sorted(FORBIDDEN_KEYS & set(value)))
        if value.get("/S") in ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ImportData", "/ResetForm"):
            yield f"action {value['/S']}"
        if value.get("/Interpolate") is True or getattr(value.get("/Interpolate"), "value", False):
            yield "interpolated image"
        if value.get("/BM", "/Normal") not in BLENDS:
            yield f"blend mode {value['/BM']}"
        if isinstance(value, StreamObject) and {"/F", "/FFilter", "/FDecodeParms"} & set(value):
            yield "content outside the file"
        if "LZW" in str(value.get("/Filter", "")) or "Crypt" in str(value.get("/Filter", "")):
            yield "filter"
        if value.get("/Type") == "/Annot" and not _is_seal(value):
            yield "an annotation that is no invisible signature"


def _is_seal(value: DictionaryObject) -> bool:
    """A signature that shows nothing, and whose flags say that it is printed: neither hidden nor without a view."""
    kind = (value.get("/Subtype"), value.get("/FT"), [int(side) for side in value.get("/Rect", [])])
    return kind == ("/Widget", "/Sig", [0, 0, 0, 0]) and int(value.get("/F", 0)) & 0b100111 == 0b100


def _attachments(reader: PdfReader) -> Iterator[str]:
    """Each has a name, a kind, a date, and belongs to the document once (ISO 19005-3, 6.8)."""
    root = reader.root_object
    names = root.get("/Names", {}).get("/EmbeddedFiles", {}).get("/Names", [])
    associated = [reference.idnum for reference in root.get("/AF", [])]
    if sorted(reference.idnum for reference in names[1::2]) != associated:
        yield "the attachments are not those of the document"
    for value in every_object(reader):
        if isinstance(value, DictionaryObject) and value.get("/Type") == "/Filespec":
            if not {"/F", "/UF", "/Desc", "/AFRelationship"} <= set(value):
                yield "an attachment without a name or relationship"
            file = value["/EF"]["/F"].get_object()
            if "/Subtype" not in file or "/ModDate" not in file.get("/Params", {}):
                yield "an attachment without a kind or date"


def _fonts(reader: PdfReader) -> Iterator[str]:
    fonts = [
        value for value in every_object(reader) if isinstance(value, DictionaryObject) and value.get("/Type") == "/Font"
    ]
    if not any(font["/Subtype"] == "/Type0" for font in fonts):
        yield "no font"
    found = [fault for font in fonts if font["/Subtype"] == "/Type0" for fault in _font(font)]
    yield from found or _glyphs_at_hand(reader)


def _font(font: DictionaryObject) -> Iterator[str]:
    name = font["/BaseFont"]
    descendant = font["/DescendantFonts"][0].get_object()
    descriptor = descendant["/FontDescriptor"].get_object()
    program = descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
    if program is None:
        yield f"{name} is not embedded"
        return
    if font["/Encoding"] != "/Identity-H" or "/ToUnicode" not in font:
        yield f"{name} cannot be read"
    if "/FontFile2" in descriptor and descendant.get("/CIDToGIDMap") != "/Identity":
        yield f"{name} has no map of glyphs"
    file = TTFont(BytesIO(program.get_object().get_data()), lazy=True)
    advances, scale = file["hmtx"].metrics, 1000 / file["head"].unitsPerEm
    for glyph, width in _widths(descendant["/W"]).items():
        if abs(advances[file.getGlyphName(glyph)][0] * scale - width) > 1:
            yield f"{name}: the width of glyph {glyph} is not that of the font"


def _widths(entries: Any) -> dict[int, float]:
    found, values = {}, list(entries)
    while values:
        first, widths = values.pop(0), values.pop(0)
        found |= {first + at: width for at, width in enumerate(widths)}
    return found


def _glyphs_at_hand(reader: PdfReader) -> Iterator[str]:
    for page in reader.pages:
        fonts = page["/Resources"].get_object()["/Font"].get_object()
        known, font = {}, ""
        for operands, operator in ContentStream(page["/Contents"], reader).operations:
            if operator == b"Tf":
                font = operands[0]
                cmap = fonts[font].get_object()["/ToUnicode"].get_object().get_data()
                known[font] = {int(code, 16) for code in re.findall(rb"<([0-9a-f]{4})> <[0-9a-f]+>\n", cmap + b"\n")}
            elif operator == b"TJ":
                shown = b"".join(text.original_bytes for text in operands[0] if hasattr(text, "original_bytes"))
                glyphs = {int.from_bytes(shown[at : at + 2], "big") for at in range(0, len(shown), 2)}
                yield from (f"glyph {glyph} of {font} means nothing" for glyph in sorted(glyphs - known[font]))


def _tags(reader: PdfReader) -> Iterator[str]:
    root = reader.root_object
    if not root.get("/Lang") or not root.get("/MarkInfo", {}).get("/Marked"):
        yield "no language, or not said to be tagged"
    if "/StructTreeRoot" not in root:
        yield "no structure"
        return
    parents = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    by_page = dict(zip(parents[::2], parents[1::2], strict=True))
    for element in _elements(root["/StructTreeRoot"]):
        kind = element["/S"][1:]
        if kind not in STRUCTURE:
            yield f"{kind} is no kind of structure"
        if kind == "Figure" and not element.get("/Alt"):
            yield "a figure without words"
    known = {id(element) for element in _elements(root["/StructTreeRoot"])}
    for page in reader.pages:
        parents = by_page[page["/StructParents"]]
        yield from _marked_content(ContentStream(page["/Contents"], reader), parents)
        linked = [parent.get_object() for parent in parents if not isinstance(parent, NullObject)]
        yield from ("a mark outside the structure" for parent in linked if id(parent) not in known)


def _elements(parent: Any) -> Iterator[Any]:
    kids = parent.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        child = kid.get_object()
        if isinstance(child, DictionaryObject) and "/S" in child:
            yield child
            yield from _elements(child)


def _marked_content(content: ContentStream, parents: Any) -> Iterator[str]:
    open_marks: list[bool] = []
    depth, found = 0, []
    for operands, operator in content.operations:
        depth += {b"q": 1, b"Q": -1}.get(operator, 0)
        if depth < 0 or depth > 28:
            yield "graphics states are not nested"
        if operator in (b"BDC", b"BMC"):
            open_marks.append(True)
            if operator == b"BDC":
                found.append(operands[1]["/MCID"])
        elif operator == b"EMC":
            open_marks.pop()
        elif operator in (b"TJ", b"Tj", b"S", b"f", b"f*", b"B", b"Do", b"sh") and not open_marks:
            yield f"{operator.decode()} is neither tagged nor an artifact"
    if open_marks or depth:
        yield "something is left open"
    if found != [mark for mark, parent in enumerate(parents) if not isinstance(parent, NullObject)]:
        yield "the marks of the page are not those of its structure"
    for mark in found:
        parent = parents[mark]
        kids = parent.get_object()["/K"]
        if mark not in (kids if isinstance(kids, list) else [kids]):
            yield f"structure does not know mark {mark}"
