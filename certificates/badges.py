"""The digital badge of a certificate: an Open Badges 3.0 credential, signed, made from the snapshot alone.

Which fields the standard asks for, and how it is put into a token, is told in docs/adr/0034. It names nobody: whom it
was given to is told by salted digests, which only who knows the name or the member number can compare.
"""

import hashlib
import json
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates.models import Certificate
from certificates.snapshots import Snapshot
from certificates.status_lists import CONTEXT, entry_of
from certificates.tokens import signed, stamp
from cms.printing import Attachment

OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
FILE_NAME = "lencana.jwt"


def badge_of(certificate: Certificate) -> str:
    """The signed credential as text; the same certificate gives the same under the same key."""
    address, snapshot, language = certificate.verification_url, certificate.snapshot, get_language()
    valid_from, not_before = stamp(certificate.issued_at)
    issuer, subject = f"{settings.BASE_URL}/#{certificate.issuer_id}", f"{address}#pemegang"
    return signed(
        {
            "@context": [CONTEXT, OPEN_BADGES],
            "id": address,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": snapshot["title"],
            "description": _("Sertifikat nomor %(number)s, selesai pada %(day)s.")
            % {"number": snapshot["number"], "day": _day(snapshot["completed_on"], language)},
            "issuer": {"id": issuer, "type": ["Profile"], "name": snapshot["issuer"], "url": f"{settings.BASE_URL}/"},
            "validFrom": valid_from,
            "credentialStatus": entry_of(certificate.pk),
            "credentialSubject": {
                "id": subject,
                "type": ["AchievementSubject"],
                "identifier": _identities(certificate),
                "licenseNumber": snapshot["number"],
                "achievement": _achievement(_Training.of(snapshot), settings.BASE_URL, language),
            },
            "iss": issuer,
            "jti": address,
            "sub": subject,
            "nbf": not_before,
        }
    )


def attached_badge(certificate: Certificate) -> Attachment:
    """The badge as it lies inside the PDF."""
    return Attachment(
        name=FILE_NAME,
        description="Open Badges 3.0 (JWT)",
        media_type="application/jwt",
        content=badge_of(certificate).encode(),
        modified=certificate.issued_at,
    )


def _identities(certificate: Certificate) -> list[dict[str, Any]]:
    """Name and member number, each as SHA-256 over it and the salt; the token is no secret to who has the badge."""
    snapshot, salt = certificate.snapshot, certificate.token
    known = {"name": snapshot["name"], "identifier": snapshot["member_number"]}
    return [
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": f"sha256${hashlib.sha256(f'{value}{salt}'.encode()).hexdigest()}",
            "identityType": kind,
            "salt": salt,
        }
        for kind, value in known.items()
        if value
    ]


class _Training(NamedTuple):
    """What certificates of one training have in common."""

    title: str
    lesson_hours: str
    organiser: str
    basis: str
    syllabus: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "_Training":
        syllabus = tuple((line["title"], line["lesson_hours"]) for line in snapshot["syllabus"])
        basis = snapshot.get("basis", "")
        return cls(snapshot["title"], snapshot["lesson_hours"], snapshot["organiser"], basis, syllabus)


@lru_cache(maxsize=256)
def _achievement(training: _Training, base: str, _language: str | None) -> dict[str, Any]:
    """What was learned, worked out once for a batch; the same training has the same `id` on every badge of a site."""
    hours = _hours(training.lesson_hours)
    narrative = [_("Menyelesaikan pelatihan selama %(hours)s (1 JP = 45 menit).") % {"hours": hours}]
    narrative.append("\n".join(f"- {title} ({_hours(lesson_hours)})" for title, lesson_hours in training.syllabus))
    narrative.append(training.basis)
    fields = {
        "achievementType": "CertificateOfCompletion",
        "name": training.title,
        "description": _("Pelatihan Satlinmas, %(hours)s, diselenggarakan oleh %(organiser)s.")
        % {"hours": hours, "organiser": training.organiser},
        "criteria": {"narrative": "\n\n".join(filter(None, narrative))},
    }
    identity = uuid5(NAMESPACE_URL, base + json.dumps(fields, sort_keys=True))
    return {"id": f"urn:uuid:{identity}", "type": ["Achievement"], **fields}


def _hours(text: str) -> str:
    return _("%(hours)s JP") % {"hours": number_format(text, use_l10n=True)}


@lru_cache(maxsize=1024)
def _day(iso: str, _language: str | None) -> str:
    return date_format(date.fromisoformat(iso), "j F Y")
