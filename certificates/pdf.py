"""The certificate on paper, laid out from its snapshot alone."""

import logging
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import mark_safe

from certificates.badges import attached_badge
from certificates.design_files import data_uri
from certificates.models import Certificate
from certificates.press import NotPressed, Sheet, press
from certificates.snapshots import SignatorySnapshot, Snapshot, frame_of, signers_of
from cms.printing import render_pdf
from notifications.texts import fill

logger = logging.getLogger("akademi.certificates")

TEMPLATE = "certificates/certificate_pdf.html"
# Texts up to their columns' lengths (a name 100 characters, a title 255) keep their place by stepping the type down.
_NAME_STEPS = ((26, "xl"), (38, "l"), (56, "m"), (76, "s"))
_WORDING_STEPS = ((95, "l"), (170, "m"))
_SIGN_STEPS = {1: ((80, "l"),), 2: ((80, "l"),), 3: ((95, "l"),)}  # by how many stand beside each other
_ADDRESS_STEPS = ((56, "l"), (76, "m"))
_VILLAGE_STEPS = ((105, "l"),)
# The letters that the press keeps ready for each text, ligatures and some pairs that kern among them. Other letters
# are printed too, only not as fast.
_CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/fi.fl.ff.ffi.ffl.AVATaToLTYo"
_WORDS = f"{_CODE} ,'’()&éèëêáàâäãåíìïîóòôöõøúùûüçñÉÁÖÜÇÑ"
_ALPHABETS = {
    "number": f"{_CODE} ",
    "name": _WORDS,
    "member_number": _CODE,
    "village": _WORDS,
    "score": "0123456789,",
    "completed_on": f"{_CODE} ",
    "issued_on": f"{_CODE} ",
    "address": f"{_CODE}:",
}
# Set as words of their own above; the form knows them by their slots.
_SLOTS = frozenset(_ALPHABETS)
_UNPRINTED = frozenset({"course_revision"})  # so two versions of a course share a form


def certificate_pdf(certificate: Certificate) -> bytes:
    """The PDF of a certificate, two pages A4 landscape; the same certificate always gives the same bytes."""
    sheet = sheet_of(certificate)
    try:
        return press(sheet)
    except NotPressed as reason:
        logger.info("certificate %s laid out in full: %s", certificate.pk, reason)
        return in_full(sheet)


def in_full(sheet: Sheet) -> bytes:
    """The PDF of a sheet by the layout engine alone."""
    return render_pdf(template=sheet.template, context=sheet.context, archive=True, attachment=sheet.attachment)


def sheet_of(certificate: Certificate) -> Sheet:
    """What the certificate says, apart from each other: what many share, and what is its own.

    A saved one carries its badge.
    """
    snapshot, address = certificate.snapshot, certificate.verification_url
    design = snapshot.get("design")
    constants: dict[str, Any] = {
        "layout": design["layout"] if design else "classic",
        "accent": design["accent"] if design else "",
        "heading": design["heading"] if design else "",
        "wording": wording_lines(snapshot, design["wording"]) if design and not snapshot.get("basis") else [],
        "frame": str(frame_of(snapshot)),
        "logo": _picture(design["logo"]) if design else "",
        "second_logo": _picture(design.get("second_logo", "")) if design else "",
        "signers": [_drawn(signer) for signer in signers_of(snapshot)],
        "s": {key: value for key, value in sorted(snapshot.items()) if key not in _SLOTS | _UNPRINTED},
        "lesson_hours": Decimal(snapshot["lesson_hours"]),
        "syllabus": [(line["title"], Decimal(line["lesson_hours"])) for line in snapshot["syllabus"]],
        **_sizes(snapshot, address),
    }
    texts = {
        "number": snapshot["number"],
        "name": snapshot["name"],
        "member_number": snapshot["member_number"],
        "village": snapshot["village"],
        "score": floatformat(snapshot["score"], "-2") if snapshot["score"] else "",
        "completed_on": _day(snapshot["completed_on"]),
        "issued_on": _day(snapshot["issued_on"]),
        "address": address,
    }
    return Sheet(
        template=TEMPLATE,
        constants=constants,
        texts=texts,
        alphabets=_ALPHABETS,
        address=certificate.qr_url,
        created=date.fromisoformat(snapshot["issued_on"]),
        attachment=attached_badge(certificate) if certificate.pk else None,
    )


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "j F Y")


def _sizes(snapshot: Snapshot, address: str) -> dict[str, str]:
    """How large each text is set that may be long."""
    positions = [signer["position"] for signer in signers_of(snapshot)]
    return {
        "name_size": _step(snapshot["name"], _NAME_STEPS),
        "wording_size": _step(_wording(snapshot), _WORDING_STEPS),
        "village_size": _step(snapshot["village"], _VILLAGE_STEPS),
        "sign_size": _step(max(positions, key=len), _SIGN_STEPS[len(positions)]),
        "address_size": _step(address, _ADDRESS_STEPS),
    }


def wording_lines(snapshot: Snapshot, wording: str) -> list[tuple[str, bool, str]]:
    """The lines of a design's own wording: what comes before the day, whether the day comes at all, what comes after.

    Safe HTML; the day is left out of it, for each certificate has its own.
    """
    values = {
        "pelatihan": format_html("<strong>{}</strong>", snapshot["title"]),
        "penyelenggara": snapshot["organiser"],
        "tempat": snapshot["venue"],
        "jp": floatformat(snapshot["lesson_hours"], "-1"),
    }
    lines: list[tuple[str, bool, str]] = []
    for line in wording.splitlines():
        before, day, after = (fill(escape(part), _escaped(values)) for part in line.partition("{tanggal}"))
        lines.append((mark_safe(before), bool(day), mark_safe(after)))  # noqa: S308  # escaped above
    return lines


def _picture(frozen: str) -> str:
    return data_uri(frozen) if frozen else ""


def _drawn(signer: SignatorySnapshot) -> dict[str, str]:
    return {**signer, "signature": _picture(signer["signature"])}  # type: ignore[dict-item]


def _escaped(values: Mapping[str, str]) -> dict[str, str]:
    return {name: conditional_escape(value) for name, value in values.items()}


def _wording(snapshot: Snapshot) -> str:
    """The parts of the wording whose length varies."""
    return snapshot["title"] + snapshot["organiser"] + snapshot["venue"] + snapshot.get("basis", "")


def _step(text: str, steps: tuple[tuple[int, str], ...]) -> str:
    return next((size for longest, size in steps if len(text) <= longest), "xs")
