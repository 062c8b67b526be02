"""Who did what to a certificate and when, for those who answer for it; the public reads only what and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from certificates.models import Certificate
from members.models import User
from regions.scope import Scope
from regions.templatetags.regions import local_moment
from training.officer_names import name_within

_Deed = tuple[str, int | None, datetime]  # a sentence with %(who)s and %(when)s, whose, when


def deeds_on(certificate: Certificate, *, scope: Scope) -> list[str]:
    """A sentence for each new issue, signed file and change of status, in this order; at most four queries.

    `scope` is the reader's: officers of theirs are named, of others only the level is told.
    """
    deeds = list(_deeds(certificate))
    people = User.objects.prefetch_related("role_grants__region").in_bulk({by for _text, by, _at in deeds if by})
    place = certificate.issuer_id
    return [
        text % {"who": _who(people.get(by or 0), place, scope), "when": local_moment(at, place)}
        for text, by, at in deeds
    ]


def _deeds(certificate: Certificate) -> Iterator[_Deed]:
    if certificate.reissue_reason:
        yield _("Diterbitkan ulang oleh %(who)s, %(when)s."), certificate.reissued_by_id, certificate.issued_at
    for signed in certificate.signings.all():
        yield _("Berkas bertanda tangan diunggah oleh %(who)s, %(when)s."), signed.uploaded_by_id, signed.uploaded_at
    if certificate.changed_at is not None:
        text = {
            Certificate.Status.REVOKED: _("Dicabut oleh %(who)s, %(when)s."),
            Certificate.Status.SUPERSEDED: _("Diganti oleh %(who)s, %(when)s."),
        }.get(Certificate.Status(certificate.status), _("Diubah oleh %(who)s, %(when)s."))
        yield text, certificate.changed_by_id, certificate.changed_at


def _who(user: User | None, place: str, scope: Scope) -> str:
    return name_within(user, place, scope) if user else _("akun yang sudah dihapus")
