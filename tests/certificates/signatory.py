"""A signatory with a certificate of an authority, who signs a PDF with somebody else's tool."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

_USAGES = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign"
_USAGES += " crl_sign encipher_only decipher_only"


def _certificate(common: str, issuer: x509.Certificate | None, key: ec.EllipticCurvePrivateKey, by, usage: str):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    now, day = datetime.now(UTC), timedelta(days=1)
    usages = dict.fromkeys(_USAGES.split(), False) | {usage: True}
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + 365 * day)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usages), critical=True)
        .sign(by, hashes.SHA256())
    )


@cache
def authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The root of those who may sign."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _certificate("Otoritas Contoh", None, key, key, "key_cert_sign"), key


def root_pem() -> bytes:
    """The authority's certificate, as an operator gets it."""
    return authority()[0].public_bytes(Encoding.PEM)


@cache
def _signer(name: str) -> SimpleSigner:
    root, root_key = authority()
    key = ec.generate_private_key(ec.SECP256R1())
    own = _certificate(name, root, key, root_key, "content_commitment")
    own_asn1, root_asn1 = (asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in (own, root))
    secret = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=own_asn1,
        signing_key=asn1_keys.PrivateKeyInfo.load(secret),
        cert_registry=SimpleCertificateStore.from_certs([own_asn1, root_asn1]),
    )


def sign(pdf: bytes, name: str = "Contoh Pejabat", *, box=(100, 100, 200, 150), edit=None) -> bytes:
    """The PDF with this person's signature added behind it, drawn in the box; `edit` may change the document before."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    if edit:
        edit(writer)
    field = f"TTE{len(pdf)}"
    signer = PdfSigner(
        PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES),
        signer=_signer(name),
        new_field_spec=SigFieldSpec(field, box=box),
    )
    # pyHanko starts an event loop, and the browser's tests leave one in this thread.
    with ThreadPoolExecutor(1) as pool:
        return bytes(pool.submit(signer.sign_pdf, writer).result().read())
