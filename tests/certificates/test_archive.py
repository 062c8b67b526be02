"""Both ways of printing give a tagged PDF/A-3b, by a check of its structure that is itself checked."""

from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from certificates.pdf import certificate_pdf, in_full, sheet_of
from certificates.seal import seal
from tests.certificates.archive import faults
from tests.certificates.papers import SIGNER, paper

ACTION = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
FORM = {NameObject("/AcroForm"): DictionaryObject({NameObject("/XFA"): TextStringObject("1")})}
SCRIPT = {NameObject("/OpenAction"): ACTION}
LONG = [{"title": f"Materi {number}", "lesson_hours": "0.5"} for number in range(60)]


@pytest.mark.parametrize(
    "fields",
    [{}, {"syllabus": LONG, "score": "", "predicate": ""}, {"co_signatories": [SIGNER, SIGNER]}],
    ids=["usual", "long", "three sign"],
)
def test_both_ways_are_tagged_pdf_a(fields: dict[str, object]):
    certificate = paper(3, **fields)
    assert faults(certificate_pdf(certificate)) == []
    assert faults(in_full(sheet_of(certificate))) == []


def test_the_sealed_file_is_one_too():
    assert faults(seal(certificate_pdf(paper()))) == []


def test_a_print_that_is_no_archive_is_told_apart():
    assert faults(certificate_pdf(paper()).replace(b'part="3"', b'part="2"')) == ["does not say PDF/A-3b"]
    assert break_(lambda writer: None) == []


def break_(what: Callable[[PdfWriter], None]) -> list[str]:
    writer = PdfWriter(clone_from=BytesIO(certificate_pdf(paper())))
    what(writer)
    output = BytesIO()
    writer.write(output)
    # The library writes a header and trailer of its own.
    return [fault for fault in faults(output.getvalue()) if fault not in ("header", "no identity")]


def _font(writer: PdfWriter):
    fonts = writer.pages[0]["/Resources"]["/Font"]
    return fonts[sorted(fonts)[0]]


def _drop_program(writer: PdfWriter) -> None:
    descriptor = _font(writer)["/DescendantFonts"][0].get_object()["/FontDescriptor"]
    for key in ("/FontFile2", "/FontFile3"):
        descriptor.pop(key, None)


def _widen(writer: PdfWriter) -> None:
    _font(writer)["/DescendantFonts"][0].get_object()["/W"][1][0] = NumberObject(9)


def _unlink(writer: PdfWriter) -> None:
    document = writer.root_object["/StructTreeRoot"]["/K"][0].get_object()
    document[NameObject("/K")] = ArrayObject(document["/K"][:1])


def _silence_figures(writer: PdfWriter) -> None:
    for value in writer._objects:
        if value and "/Alt" in value:
            del value["/Alt"]


def _specification(writer: PdfWriter):
    return writer.root_object["/AF"][0].get_object()


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        (lambda writer: writer.root_object.update(SCRIPT), "action /JavaScript"),
        (lambda writer: writer.root_object.update(FORM), "more than a form"),
        (lambda writer: writer.root_object.pop("/OutputIntents"), "no RGB output intent"),
        (lambda writer: writer.root_object.pop("/Lang"), "no language"),
        (lambda writer: writer.root_object.pop("/MarkInfo"), "not said to be tagged"),
        (lambda writer: writer.root_object.pop("/StructTreeRoot"), "no structure"),
        (lambda writer: writer.add_metadata({"/Title": TextStringObject("Lain")}), "/Title is 'Lain'"),
        (lambda writer: _font(writer).pop("/ToUnicode"), "cannot be read"),
        (_drop_program, "is not embedded"),
        (_widen, "is not that of the font"),
        (_unlink, "a mark outside the structure"),
        (_silence_figures, "a figure without words"),
        (lambda writer: writer.root_object.pop("/AF"), "the attachments are not those of the document"),
        (lambda writer: _specification(writer).pop("/AFRelationship"), "an attachment without a name or relationship"),
        (lambda writer: _specification(writer)["/EF"]["/F"].pop("/Subtype"), "an attachment without a kind or date"),
    ],
)
def test_the_check_finds_what_is_broken(what: Callable[[PdfWriter], None], fault: str):
    assert any(fault in found for found in break_(what))
