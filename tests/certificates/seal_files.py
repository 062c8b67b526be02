"""Certificates that an authority would hand out."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID


def official(*, days: int = 365, password: bytes = b"rahasia") -> bytes:
    """A PKCS#12 file as an authority hands it out: RSA, locked."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Satpol PP Contoh")])
    now, day = datetime.now(UTC), timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 400 * day)
        .not_valid_after(now + days * day)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"cap", key, certificate, None, BestAvailableEncryption(password))
