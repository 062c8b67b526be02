"""Until when a certificate holds: read off the policy in force today, never stored (docs/adr/0025)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from certificates.models import Certificate
from regions.timezones import local_date
from training.models import Period, Policy, TrainingRecord
from training.periods import half_of
from training.policies import PolicyBook, policy_for
from training.rule import Training, valid_until


def last_day(certificate: Certificate, *, now: datetime | None = None) -> date | None:
    """The last day on which a valid certificate holds; None where no policy limits it.

    A policy may make a course compulsory and ask for it again every so many months; for the members of its region
    the certificate of that course then holds so long. At most three queries.
    """
    record = certificate.record
    if certificate.status != Certificate.Status.VALID or not record.subject:
        return None
    period = _period(record, now or timezone.now())
    return _limit(record, policy_for(record.village_id, period))


def look_up(certificates: Sequence[Certificate], *, now: datetime | None = None) -> None:
    """Put `last_day` and `has_expired` on each of many, in two queries at most; load their `record` beforehand."""
    moment = now or timezone.now()
    limited = [one for one in certificates if one.status == Certificate.Status.VALID and one.record.subject]
    book = PolicyBook.load() if limited else PolicyBook([])
    for certificate in limited:
        record = certificate.record
        certificate.last_day = _limit(record, book.policy_for(record.village_id, _period(record, moment)))
        certificate.has_expired = has_expired(certificate, certificate.last_day, now=moment)


def _limit(record: TrainingRecord, policy: Policy) -> date | None:
    """The last day of this very training as a compulsory course; a later one has a certificate of its own."""
    course = next((course for course in policy.compulsory if course.subject == record.subject), None)
    if course is None or course.valid_months is None:
        return None
    done = Training(
        kind=record.kind,
        lesson_hours=record.lesson_hours,
        completed_on=record.completed_on,
        half=half_of(record.completed_on),
        subject=record.subject,
    )
    return valid_until(course, [done])


def holds(certificate: Certificate) -> bool:
    """Whether it is neither revoked, nor replaced, nor expired today."""
    return certificate.status == Certificate.Status.VALID and not has_expired(certificate, last_day(certificate))


def has_expired(certificate: Certificate, until: date | None, *, now: datetime | None = None) -> bool:
    """Whether the day after `until` has come where the training was done."""
    return until is not None and local_date(now or timezone.now(), certificate.record.village_id) > until


def _period(record: TrainingRecord, now: datetime) -> Period:
    """The half that runs where the training was done; not saved, for a public page writes nothing."""
    year, half = half_of(local_date(now, record.village_id))
    return Period(year=year, half=half)
