"""The installation's seal: its key and certificate, made once for the embedded default or named by the settings.

Whoever sealed here once stays known: the certificates of retired keys lie in `SEAL_RETIRED_DIR`, without their keys.
Seals are recognised by these very certificates, never by a chain, so no other authority can make one of ours.
"""

import logging
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID, ObjectIdentifier
from django.conf import settings

from certificates.errors import SealExpired, SealMisconfigured

logger = logging.getLogger("akademi.certificates")

SealKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

YEARS = 30  # a certificate on a wall outlives any shorter term, and a self-made authority gains nothing by one
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336


@dataclass(frozen=True)
class Credentials:
    """A key, its certificate, and the certificates of those who vouch for it."""

    key: SealKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


def credentials() -> Credentials:
    """What seals now. Read once a process; raises SealMisconfigured, which names no secret."""
    path = Path(settings.SEAL_FILE) if settings.SEAL_FILE else embedded_file()
    return _load(path, settings.SEAL_PASSWORD)


def usable_credentials() -> Credentials:
    """The same, if it may seal today; raises SealExpired too."""
    current = credentials()
    if current.certificate.not_valid_after_utc < datetime.now(UTC):
        raise SealExpired
    return current


def known_certificates() -> list[x509.Certificate]:
    """Ours, the current one first, then the retired ones; what cannot be read is logged and left out.

    A fault in one file must not keep the seals of the others from being known. An embedded key that an official one
    has followed, and that nobody has retired yet, is known like a retired one.
    """
    known: list[x509.Certificate] = []
    try:
        known.append(credentials().certificate)
    except SealMisconfigured:
        logger.error("the file of the seal's key cannot be read: only retired seals are known")
    try:
        if left := left_behind():
            known.append(left.certificate)
    except SealMisconfigured:
        logger.error("the embedded key that is still there cannot be read: seals made with it are not known")
    for path in sorted(Path(settings.SEAL_RETIRED_DIR).glob("*.pem")):
        try:
            known += x509.load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            logger.error("retired certificate %s cannot be read: %s", path.name, type(error).__name__)
    return known


def left_behind() -> Credentials | None:
    """The embedded key where SEAL_FILE names an official one that has followed it; raises SealMisconfigured."""
    path = _embedded_path()
    return _load(path, "") if settings.SEAL_FILE and path.exists() else None


def retire_embedded() -> Credentials:
    """Put the embedded key out of use; what seals now is the next one made here, or the official one of SEAL_FILE.

    Seals of the old key stay known by its certificate; the key itself is gone. Raises SealMisconfigured where SEAL_FILE
    has followed no embedded key: an official one is the operator's to exchange.
    """
    old = left_behind() if settings.SEAL_FILE else credentials()
    if old is None:
        raise SealMisconfigured
    credentials()  # an official key that cannot be read must not cost us the one that can
    current = _embedded_path()
    _retire(old.certificate, like=current)
    if settings.SEAL_FILE:
        current.unlink()
    else:
        draft = _draft(current, _new_seal())
        _keep_owner(draft, current)
        draft.replace(current)
    _load.cache_clear()
    return credentials()


def _retire(certificate: x509.Certificate, *, like: Path) -> None:
    folder = Path(settings.SEAL_RETIRED_DIR)
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        _keep_owner(folder, like)
    retired = folder / f"{certificate.serial_number:x}.pem"
    _write_once(retired, lambda: certificate.public_bytes(Encoding.PEM))
    _keep_owner(retired, like)


def _embedded_path() -> Path:
    return Path(settings.SECRETS_DIR) / "seal.pem"


def embedded_file() -> Path:
    """Where the key of the embedded default lies; made with its own authority when first asked for."""
    path = _embedded_path()
    _write_once(path, _new_seal)
    return path


@cache
def _load(path: Path, password: str) -> Credentials:
    try:
        key, certificates = _read(path.read_bytes(), password.encode() or None)
    except (OSError, ValueError, TypeError) as error:
        raise SealMisconfigured from error
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise SealMisconfigured
    own = [one for one in certificates if one.public_key() == key.public_key()]
    if not own:
        raise SealMisconfigured
    return Credentials(key, own[0], tuple(one for one in certificates if one != own[0]))


def _read(content: bytes, password: bytes | None) -> tuple[object, list[x509.Certificate]]:
    if b"-----BEGIN" in content:
        return load_pem_private_key(content, password), x509.load_pem_x509_certificates(content)
    key, certificate, others = pkcs12.load_key_and_certificates(content, password)
    return key, [*([certificate] if certificate else []), *others]


def _new_seal() -> bytes:
    """A new key with its certificate, signed by the installation's own authority, as one PEM text."""
    authority_file = Path(settings.SECRETS_DIR) / "seal_ca.pem"
    _write_once(authority_file, _new_authority)
    authority = _load(authority_file, "")
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _certificate("Cap Elektronik Akademi Linmas", authority.certificate.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(content_commitment=True, digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.certificate.public_key()),  # type: ignore[arg-type]
            critical=False,
        )
        .sign(authority.key, hashes.SHA256())
    )
    return _pem(key, certificate, authority.certificate)


def _new_authority() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Otoritas Cap Elektronik Akademi Linmas")
    certificate = (
        _certificate("Otoritas Cap Elektronik Akademi Linmas", name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _pem(key, certificate)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Akademi Linmas"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(common: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks of those who check may be behind
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(**granted: bool) -> x509.KeyUsage:
    names = "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
    names += " key_cert_sign crl_sign encipher_only decipher_only"
    return x509.KeyUsage(**(dict.fromkeys(names.split(), False) | granted))


def _pem(key: ec.EllipticCurvePrivateKey, *certificates: x509.Certificate) -> bytes:
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def _draft(path: Path, content: bytes) -> Path:
    """The content in a file of its own beside `path`, which only the owner reads."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    _create(draft, content)
    return draft


def _create(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads; raises FileExistsError where there is one."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _keep_owner(path: Path, like: Path) -> None:
    """Give a new file to whom the old one belongs: the server must read what root has made."""
    mine, theirs = path.stat(), like.stat()
    if (mine.st_uid, mine.st_gid) != (theirs.st_uid, theirs.st_gid):
        with suppress(PermissionError):
            os.chown(path, theirs.st_uid, theirs.st_gid)


def _write_once(path: Path, make: Callable[[], bytes]) -> None:
    """Make the file if there is none; of two processes that start at once the second keeps the first one's."""
    if path.exists():
        return
    content = make()
    draft = _draft(path, content)
    try:
        with suppress(FileExistsError):  # another process was first
            _put(draft, path, content)
    finally:
        draft.unlink()


def _put(draft: Path, path: Path, content: bytes) -> None:
    """The draft under its name, whole from the first moment where the volume has hard links."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:
        _create(path, content)
