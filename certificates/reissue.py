"""Issuing a certificate anew after a correction: a new number and snapshot, linked with the one it replaces."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.errors import NotReissuable, ReasonMissing
from certificates.models import Certificate
from certificates.notices import tell
from certificates.numbering import lock_sequences, log_reserved, next_certificate, open_sequences
from certificates.office import Office
from certificates.snapshots import Snapshot, issuer_of, take_snapshot
from members.models import User
from regions.timezones import local_date
from training.models import TrainingRecord


def reissue_certificate(*, certificate: Certificate, by: User | None, reason: str) -> Certificate:
    """Replace a certificate by one that says what is true today; the old one is superseded, and says why.

    One that was revoked by mistake stays revoked, with its own reason; the new one has its place. Returns the new one,
    numbered, its PDF still to be made: by tasks.issue_certificate, or by the repair. `reason` is public: it must name
    nobody. Raises ReasonMissing, and NotReissuable where another has its place or its training was taken back.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    record = _record(certificate)
    issuer, now = issuer_of(record), timezone.now()
    key, office = (issuer.code, local_date(now, issuer.code).year), Office.of([issuer])
    open_sequences([key])
    with transaction.atomic():
        sequence = lock_sequences([key])[key]
        old = _lock(certificate)
        if not old.is_reissuable:
            raise NotReissuable
        _give_way(old, by=by, reason=reason)
        new = next_certificate(record, sequence=sequence, issuer=issuer, now=now, office=office)
        new.replaces, new.reissue_reason, new.reissued_by = old, reason, by
        new.save()
        log_reserved([new])
        sequence.save(update_fields=["last"])
    return new


def corrected(certificate: Certificate) -> Certificate:
    """What a new certificate would say today; not saved, and with the number and day of the old one."""
    snapshot = snapshot_of(_record(certificate), number=certificate.number, day=certificate.issued_on)
    return Certificate(snapshot=snapshot)


def snapshot_of(record: TrainingRecord, *, number: str, day: date) -> Snapshot:
    """Everything a certificate of the record says from today on; load the record's village with those above it."""
    return take_snapshot(record, number=number, issued_on=day, office=Office.of([issuer_of(record)]))


def _record(certificate: Certificate) -> TrainingRecord:
    related = ("member", "reversal", "village__parent__parent__parent")
    return TrainingRecord.objects.select_related(*related).get(pk=certificate.record_id)


def _lock(certificate: Certificate) -> Certificate:
    """The certificate as it stands, and its training too: nobody takes that back until the transaction ends.

    A reversal that is under way waits with its commit, and then finds the new certificate to revoke.
    """
    # The certificate first: whoever files it holds it when the line in the log asks for the training, at the commit.
    rows = Certificate.objects.select_for_update(of=("self",)).select_related("record__member__user")
    old = rows.get(pk=certificate.pk)
    # By itself: whether it was taken back is asked afterwards, by a query that sees what we waited for.
    TrainingRecord.objects.select_for_update().get(pk=certificate.record_id)
    return old


def _give_way(old: Certificate, *, by: User | None, reason: str) -> None:
    """The old one says DIGANTI; what was revoked keeps that, with who, when and why. The holder is told either way."""
    if old.status == Certificate.Status.REVOKED:
        body = _("Sertifikat “%(title)s”, yang pernah dicabut, diterbitkan lagi dengan nomor baru. Alasan: %(reason)s")
        tell(old, _("Sertifikat diterbitkan lagi"), body, "reissued", reason=reason)
        return
    old.status, old.reason = Certificate.Status.SUPERSEDED, reason
    old.changed_at, old.changed_by = timezone.now(), by
    old.save(update_fields=["status", "reason", "changed_at", "changed_by"])
    body = _("Sertifikat “%(title)s” diterbitkan ulang dengan nomor baru. Alasan: %(reason)s")
    tell(old, _("Sertifikat diganti"), body, "superseded")
