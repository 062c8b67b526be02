"""The signatory's own signature (BSrE): the file that was signed elsewhere comes back in place of the certificate's.

Only what goes on from our own file is taken: its bytes stand unchanged at the beginning of what comes back, so every
printed word is still ours, and our seal in it too. See docs/adr/0035.
"""

import hashlib
import logging
import re
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from certificates.errors import (
    AnotherFile,
    CertificateError,
    FileReplaced,
    NotSignable,
    NotSigned,
    SignatureBroken,
    SignatureUntrusted,
)
from certificates.files import SIGNED, discard, read_file, store
from certificates.models import Certificate, SignedFile
from certificates.notices import tell
from certificates.numbering import log_filed
from cms.private_files import sync_files
from members.models import User

logger = logging.getLogger("akademi.certificates")

_NUMBERS = re.compile(r"\s*\d(?:[ .-]?\d){7,}")  # some authorities write a NIK into the name; no public page shows one
MOST_NAME = 300  # several may have signed at once


@cache
def _reader() -> Any:
    """The engine's function, loaded with the first file of a process."""
    return import_string("certificates.signing_engine.read_signature")


def take_signed_file(*, certificate: Certificate, content: bytes, by: User) -> SignedFile:
    """Let the signed PDF take the place of the certificate's file; the same content again changes nothing more.

    Further signatories sign the file as it is by then, so each has a version of its own. Every earlier file stays, and
    so do its hash and its answer at the verification. Raises NotSignable, AnotherFile, NotSigned, SignatureBroken,
    ChangedBesidesSigning, SignatureUntrusted, FileReplaced, FileDamaged.
    """
    digest = hashlib.sha256(content).hexdigest()
    if done := SignedFile.objects.filter(certificate=certificate, sha256=digest).first():
        return done
    _check_state(certificate)
    before = read_file(certificate)
    signature = _read(content, before)
    file, taken = store(certificate, content, kind=SIGNED), ""
    try:
        sync_files([file.name])
        signed = _take(certificate, file.name, digest, signature, by)
        taken = signed.file
    finally:
        if taken != file.name:  # refused, or the same content was faster
            discard([file])
    return signed


def _check_state(certificate: Certificate) -> None:
    if certificate.status != Certificate.Status.VALID or not certificate.is_filed:
        raise NotSignable


def _read(content: bytes, before: bytes) -> Any:
    """What the engine says of the new signatures. Raises the refusals; a file that no parser reads is one too."""
    if content == before:
        raise NotSigned
    if not content.startswith(before):
        raise AnotherFile
    try:
        signature = _reader()(content, before, trust_roots())
    except CertificateError:
        raise
    except Exception as error:
        # A stranger's bytes fail in any way they like, and the error may quote them; its kind says enough.
        logger.warning("a signed file could not be read: %s", type(error).__name__)
        raise SignatureBroken from error
    if settings.BSRE_ROOTS and not signature.is_trusted:
        raise SignatureUntrusted
    return signature


@transaction.atomic
def _take(certificate: Certificate, name: str, digest: str, signature: Any, by: User) -> SignedFile:
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("record__member__user")
    row = rows.get(pk=certificate.pk)
    if done := row.signings.filter(sha256=digest).first():
        return done
    _check_state(row)
    if row.sha256 != certificate.sha256:
        raise FileReplaced
    signed = SignedFile.objects.create(
        certificate=row,
        version=row.signings.count() + 1,
        file=name,
        sha256=digest,
        earlier_file=row.file,
        earlier_sha256=row.sha256,
        signer=_NUMBERS.sub("", signature.signer).strip()[:MOST_NAME] or _("tanpa nama"),
        signed_at=_believable(signature.signed_at, row),
        is_trusted=signature.is_trusted,
        uploaded_by=by,
    )
    row.file, row.sha256 = name, digest
    row.save(update_fields=["file", "sha256"])
    log_filed([row], at=signed.uploaded_at)
    body = _("Sertifikat “%(title)s” kini bertanda tangan elektronik. Unduh berkas barunya.")
    tell(row, _("Sertifikat ditandatangani"), body, f"signed-{signed.version}")
    return signed


def _believable(signed_at: Any, certificate: Certificate) -> Any:
    """The time of a signature, or now where it was said to be before there was anything to sign, or is to come."""
    now = timezone.now()
    return signed_at if signed_at is not None and certificate.issued_at <= signed_at <= now else now


def trust_roots() -> list[x509.Certificate]:
    """The certificates in the file or folder (PEM, DER) that BSRE_ROOTS names; what cannot be read is left out."""
    if not settings.BSRE_ROOTS:
        return []
    place = Path(settings.BSRE_ROOTS)
    found: list[x509.Certificate] = []
    for path in sorted(place.iterdir()) if place.is_dir() else [place]:
        try:
            content = path.read_bytes()
            is_text = b"-----BEGIN" in content
            found += x509.load_pem_x509_certificates(content) if is_text else [x509.load_der_x509_certificate(content)]
        except (OSError, ValueError) as error:
            logger.error("root certificate %s cannot be read: %s", path.name, type(error).__name__)
    return found
