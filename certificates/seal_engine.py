"""The one place that knows pyHanko: PAdES seals are made and read here.

Only `certificates.seal` opens it, by name: it takes 0.4 s to load, which a server that starts does not wait for.

A seal is a certification signature (PAdES B-B, B-T with a time stamp) that allows nothing but further signatures, so
that a signatory may sign on top. pyHanko writes it into the file. The signed attributes around the file's digest are
always the same, so pyHanko builds them once a process, and each file only gets its own digest and signature put in
their places: 2 ms in place of 12.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, TypeVar

import requests
from asn1crypto import algos, cms, tsp
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.seal_keys import Credentials, SealKey

T = TypeVar("T")

FIELD = "CapAkademiLinmas"
DIGEST = "sha256"
STAMP_ROOM = 12_288  # bytes kept in the file for the stamp and its authority's chain
STAMP_SECONDS = 10
USUAL_LENGTH = 71  # bytes of every second P-256 signature in DER; the others have 70 or 72, hardly any fewer
PATTERN_TRIES = 40
_PLACEHOLDER = bytes(range(0x41, 0x61))  # 32 bytes that stand for the digest in the pattern


class _Writer(IncrementalPdfFileWriter):
    """Adds the seal and leaves the document's own description as it is, dates and all: PDF/A asks for that."""

    def _update_meta(self) -> None:
        pass


class _Signer(PdfSigner):
    """pyHanko would also declare PDF 2.0 for the sake of the curve; every reader since 1.7 knows P-256."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        pdf_out.ensure_output_version(version=(1, 7))
        pdf_out.register_extension(ESIC_EXTENSION_1)


class _StampClient(TimeStamper):
    """Asks the time stamp authority (RFC 3161); whatever goes wrong there raises, and the file stays unsealed."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        answer = requests.post(self.url, data=req.dump(), headers=headers, timeout=STAMP_SECONDS)
        answer.raise_for_status()
        return tsp.TimeStampResp.load(answer.content)


@dataclass(frozen=True)
class _Pattern:
    """A finished signature (CMS) and the signed attributes in it, both around the placeholder."""

    cms: bytes
    attributes: bytes
    signature: bytes

    def around(self, digest: bytes, key: SealKey) -> bytes:
        """The same signature over another digest, as long to the byte."""
        attributes = self.attributes.replace(_PLACEHOLDER, digest, 1)
        signature = _sign(key, attributes)
        while len(signature) != len(self.signature):  # of ECDSA, in DER, every second one has USUAL_LENGTH
            signature = _sign(key, attributes)
        return self.cms.replace(_PLACEHOLDER, digest, 1).replace(self.signature, signature, 1)


def seal_pdf(pdf: bytes, credentials: Credentials, *, stamp_url: str = "") -> bytes:
    """The file with the seal added behind it; raises what a time stamp authority may raise."""
    signer = _signer(credentials)
    pattern = _pattern(credentials)
    digits = 2 * len(pattern.cms)
    if stamp_url:
        stamper = _pdf_signer(signer, _StampClient(stamp_url))
        stamped = in_a_loop(stamper.async_sign_pdf(_writer(pdf), bytes_reserved=digits + 2 * STAMP_ROOM))
        return bytes(stamped.read())
    unsigned = _pdf_signer(signer).async_digest_doc_for_signing(_writer(pdf), bytes_reserved=digits)
    prepared, _, output = _at_once(unsigned)
    prepared.fill_with_cms(output, pattern.around(prepared.document_digest, credentials.key))
    return bytes(output.read())


def read_seal(container: bytes, known: list[x509.Certificate]) -> bytes | None:
    """The digest that one of the `known` certificates sealed; None where the container is not a seal of theirs.

    `container` is what stands in a PDF as a signature, with or without zeros behind it. Raises whatever a parser may
    on bytes that were never a signature.
    """
    signed = cms.ContentInfo.load(container)["content"]
    (info,) = signed["signer_infos"]
    serial = info["sid"].chosen["serial_number"].native if info["sid"].name == "issuer_and_serial_number" else None
    (digest,) = next(row["values"] for row in info["signed_attrs"] if row["type"].native == "message_digest")
    for certificate in known:
        if certificate.serial_number == serial:
            _, is_valid = validate_sig_integrity(info, _asn1(certificate), "data", digest.native)
            return bytes(digest.native) if is_valid else None
    return None


def _at_once(steps: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits, which spares it an event loop."""
    try:
        steps.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    raise RuntimeError("the file should be prepared without waiting")


def in_a_loop(steps: Coroutine[Any, Any, T]) -> T:
    """Run any coroutine; in a thread of its own, for the caller may be inside an event loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, steps).result()


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    return _Writer(BytesIO(pdf))


def _pdf_signer(signer: SimpleSigner, stamper: TimeStamper | None = None) -> PdfSigner:
    description = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        name="Akademi Linmas",
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    return _Signer(description, signer=signer, timestamper=stamper)


@cache
def _signer(credentials: Credentials) -> SimpleSigner:
    secret = credentials.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own = _asn1(credentials.certificate)
    return SimpleSigner(
        signing_cert=own,
        signing_key=asn1_keys.PrivateKeyInfo.load(secret),
        cert_registry=SimpleCertificateStore.from_certs([own, *map(_asn1, credentials.chain)]),
        signature_mechanism=_mechanism(credentials.key),
    )


@cache
def _pattern(credentials: Credentials) -> _Pattern:
    """A pattern of the usual length: one that is shorter or longer would take each file twice as many signatures."""
    pattern = _make_pattern(credentials)
    if isinstance(credentials.key, ec.EllipticCurvePrivateKey) and isinstance(credentials.key.curve, ec.SECP256R1):
        for _ in range(PATTERN_TRIES):
            if len(pattern.signature) == USUAL_LENGTH:
                break
            pattern = _make_pattern(credentials)
    return pattern


def _make_pattern(credentials: Credentials) -> _Pattern:
    container = in_a_loop(_signer(credentials).async_sign(_PLACEHOLDER, DIGEST, use_pades=True))
    (info,) = container["content"]["signer_infos"]
    attributes, signature, whole = info["signed_attrs"].untag().dump(), info["signature"].native, container.dump()
    if whole.count(_PLACEHOLDER) != 1 or whole.count(signature) != 1 or attributes.count(_PLACEHOLDER) != 1:
        raise RuntimeError("the pattern of the seal is ambiguous")
    return _Pattern(whole, attributes, signature)


def _mechanism(key: SealKey) -> algos.SignedDigestAlgorithm:
    name = "sha256_ecdsa" if isinstance(key, ec.EllipticCurvePrivateKey) else "sha256_rsa"
    return algos.SignedDigestAlgorithm({"algorithm": name})


def _sign(key: SealKey, content: bytes) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(content, ec.ECDSA(hashes.SHA256()))
    return key.sign(content, padding.PKCS1v15(), hashes.SHA256())


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
