"""Reading what a signatory has put on top of a certificate: pyHanko judges the signatures, and what else was added.

Only `certificates.signing` opens it, by name, like `certificates.seal_engine`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    FormUpdatingRule,
    GenericFieldModificationRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
)
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.errors import ChangedBesidesSigning, NotSigned, SignatureBroken, StampMisplaced
from certificates.seal_engine import in_a_loop

# Signing, and nothing else. Official tools like to draw a stamp where they sign, so that is allowed.
_POLICY = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(allow_new_visible_after_certify=True),
            SigFieldModificationRule(),
            GenericFieldModificationRule(),
        ]
    ),
)

STAMPS_BELOW = 160  # points from a page's foot: there both layouts have the signatures and the QR, and nothing else
MOST_REVISIONS = 12  # brought at once, signatures and what keeps them provable: the work grows faster than their number


@dataclass(frozen=True)
class Signature:
    """Who signed: the names in the certificates, in order, and whether all of them are trusted.

    `signed_at` is as the last one or a time stamp authority says, or nobody does.
    """

    signer: str
    signed_at: datetime | None
    is_trusted: bool


def read_signature(content: bytes, before: bytes, roots: Iterable[x509.Certificate]) -> Signature:
    """What was signed of a file that begins with the bytes `before`, where signing is all that was added.

    Several may have signed since; one whose signature does not hold spoils the file. Raises NotSigned, SignatureBroken,
    ChangedBesidesSigning, StampMisplaced, and whatever a parser may on a broken file.
    """
    reader, old = PdfFileReader(BytesIO(content)), PdfFileReader(BytesIO(before))
    added = reader.embedded_regular_signatures[len(old.embedded_regular_signatures) :]
    if not added:
        raise NotSigned
    _check_additions(reader, old)
    if any(top > STAMPS_BELOW for top in _tops_of_stamps(reader)):
        raise StampMisplaced
    trusted = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in roots]
    context = ValidationContext(trust_roots=trusted, allow_fetching=False)  # nothing a file names is ever dialled
    found = [in_a_loop(async_validate_pdf_signature(one, context, diff_policy=_POLICY)) for one in added]
    if not (all(one.intact and one.valid for one in found) and _covers_everything(found[-1])):
        raise SignatureBroken
    names = [str(one.signer_cert.subject.native.get("common_name", "")) for one in added]
    stamp = found[-1].timestamp_validity
    stamped = stamp.timestamp if stamp and stamp.intact and stamp.valid else None
    signed_at = stamped or found[-1].signer_reported_dt
    return Signature("; ".join(filter(None, names)), signed_at, all(one.trusted for one in found))


def _check_additions(reader: PdfFileReader, old: PdfFileReader) -> None:
    """Whether the file goes on from the old one's last revision, and only signs."""
    last = old.total_revisions - 1
    goes_on = last + 1 < reader.total_revisions <= old.total_revisions + MOST_REVISIONS
    if not goes_on or reader.xrefs.get_startxref_for_revision(last) != old.last_startxref:
        raise ChangedBesidesSigning
    found = _POLICY.review_file(reader, last, doc_mdp=MDPPerm.FILL_FORMS)
    if not isinstance(found, DiffResult) or found.modification_level > ModificationLevel.FORM_FILLING:
        raise ChangedBesidesSigning


def _tops_of_stamps(reader: PdfFileReader) -> Iterator[float]:
    """How far up their pages stamps of signatures reach, in points, also of fields that nobody has signed yet."""
    for _, _, reference in enumerate_sig_fields(reader):
        field = reference.get_object()
        for widget in (field, *(kid.get_object() for kid in field.get("/Kids", ()))):
            _left, one, _right, other = (float(at) for at in widget.get("/Rect", (0, 0, 0, 0)))
            yield max(one, other)


def _covers_everything(status: PdfSignatureStatus) -> bool:
    """Up to the end of the file, or up to what keeps the signature provable for longer."""
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    is_maintained = status.modification_level == ModificationLevel.LTA_UPDATES
    return status.coverage == SignatureCoverageLevel.ENTIRE_REVISION and is_maintained
