"""The certificate on paper, laid out from its snapshot alone."""

from datetime import date
from decimal import Decimal

import segno

from certificates.models import Certificate
from certificates.snapshots import Snapshot
from cms.printing import render_pdf

# Texts up to their columns' lengths (a name 100 characters, a title 255) keep their place by stepping the type down.
_NAME_STEPS = ((26, "xl"), (38, "l"), (56, "m"), (76, "s"))
_WORDING_STEPS = ((110, "l"), (235, "m"))
_SIGN_STEPS = ((80, "l"),)
_ADDRESS_STEPS = ((56, "l"), (76, "m"))
_VILLAGE_STEPS = ((105, "l"),)


def qr_picture(address: str) -> str:
    """The address as a QR code: an SVG data URI, error correction M, with the quiet zone the standard asks for."""
    picture: str = segno.make(address, error="m", micro=False).svg_data_uri(border=4, omitsize=True)
    return picture


def certificate_pdf(certificate: Certificate) -> bytes:
    """The PDF of a certificate, two pages A4 landscape; the same certificate always gives the same bytes."""
    snapshot = certificate.snapshot
    address = certificate.verification_url
    context = {
        "s": snapshot,
        "lesson_hours": Decimal(snapshot["lesson_hours"]),
        "score": Decimal(snapshot["score"]) if snapshot["score"] else None,
        "completed_on": date.fromisoformat(snapshot["completed_on"]),
        "issued_on": date.fromisoformat(snapshot["issued_on"]),
        "syllabus": [(line["title"], Decimal(line["lesson_hours"])) for line in snapshot["syllabus"]],
        "name_size": _step(snapshot["name"], _NAME_STEPS),
        "wording_size": _step(_wording(snapshot), _WORDING_STEPS),
        "village_size": _step(snapshot["village"], _VILLAGE_STEPS),
        "sign_size": _step(snapshot["signatory_position"], _SIGN_STEPS),
        "address": address,
        "address_size": _step(address, _ADDRESS_STEPS),
        "qr": qr_picture(address),
    }
    return render_pdf(template="certificates/certificate_pdf.html", context=context)


def _wording(snapshot: Snapshot) -> str:
    """The parts of the wording whose length varies."""
    return snapshot["title"] + snapshot["organiser"] + snapshot["venue"] + snapshot.get("basis", "")


def _step(text: str, steps: tuple[tuple[int, str], ...]) -> str:
    return next((size for longest, size in steps if len(text) <= longest), "xs")
