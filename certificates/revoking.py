"""Declaring certificates void; nothing is ever deleted."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.errors import AlreadyReplaced, AlreadyRevoked, ReasonMissing
from certificates.models import Certificate
from certificates.notices import tell
from members.models import User


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, by: User | None, reason: str) -> Certificate:
    """Declare a certificate void; nothing is deleted, and its verification page says when and why.

    `reason` is public: it must name nobody. Raises ReasonMissing, AlreadyRevoked and AlreadyReplaced.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    certificate = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("record__member__user")
        .get(pk=certificate.pk)
    )
    if certificate.status == Certificate.Status.REVOKED:
        raise AlreadyRevoked
    if certificate.status == Certificate.Status.SUPERSEDED:
        raise AlreadyReplaced
    certificate.status, certificate.reason = Certificate.Status.REVOKED, reason
    certificate.changed_at, certificate.changed_by = timezone.now(), by
    certificate.save(update_fields=["status", "reason", "changed_at", "changed_by"])
    tell(certificate, _("Sertifikat dicabut"), _("Sertifikat “%(title)s” dicabut. Alasan: %(reason)s"), "revoked")
    return certificate


def revoke_reversed(*, record_id: int | None = None) -> int:
    """Revoke what certifies a training that was taken back, of one record or of all; returns how many."""
    wrong = Certificate.objects.filter(status=Certificate.Status.VALID, record__reversal__isnull=False)
    if record_id is not None:
        wrong = wrong.filter(record_id=record_id)
    revoked = 0
    for certificate in wrong.select_related("record__reversal__reversed_by"):
        try:
            # The reversal's own reason may name somebody; this one stands on a public page.
            by = certificate.record.reversal.reversed_by
            revoke_certificate(certificate=certificate, by=by, reason=_("Catatan pelatihannya dibatalkan."))
        except (AlreadyRevoked, AlreadyReplaced):
            continue
        revoked += 1
    return revoked
