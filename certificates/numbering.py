"""Certificate numbers: one gapless sequence for each issuer and year."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from certificates.models import Certificate, NumberEntry, NumberSequence
from certificates.office import Office
from certificates.patterns import PART, PATTERN
from certificates.snapshots import take_snapshot
from regions.models import Region
from regions.timezones import local_date
from training.models import TrainingRecord

ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

SequenceKey = tuple[str, int]
"""Issuer's region code and year."""


def certificate_number(*, sequence: int, issuer: str, issued_on: date, pattern: str = PATTERN) -> str:
    """`0012/SERT/63.11/VIII/2026`, the usual shape of an official number in Indonesia, or the issuer's own."""
    values = {
        "seq": str(sequence),
        "issuer": issuer,
        "roman_month": ROMAN_MONTHS[issued_on.month - 1],
        "month": f"{issued_on.month:02}",
        "year": str(issued_on.year),
    }
    return PART.sub(lambda part: values[part[1]].zfill(int(part[2] or 0)), pattern)


def next_certificate(
    record: TrainingRecord, *, sequence: NumberSequence, issuer: Region, now: datetime, office: Office
) -> Certificate:
    """The training's certificate under the next number, unsaved; the number is taken once all that it says is found.

    The caller holds the sequence's lock, saves both, and logs it (`log_reserved`).
    """
    day = local_date(now, issuer.code)
    number = certificate_number(
        sequence=sequence.last + 1, issuer=issuer.code, issued_on=day, pattern=office.pattern_of(issuer)
    )
    snapshot = take_snapshot(record, number=number, issued_on=day, office=office)
    sequence.last += 1
    place = {"number": number, "year": day.year, "sequence": sequence.last, "issuer": issuer}
    return Certificate(record=record, snapshot=snapshot, issued_on=day, issued_at=now, **place)


def open_sequences(keys: Collection[SequenceKey]) -> None:
    """Make the rows that are missing, before any lock is held, so that locks are only ever taken in one order."""
    rows = NumberSequence.objects.filter(issuer__in={k[0] for k in keys}, year__in={k[1] for k in keys})
    missing = sorted(set(keys) - set(rows.values_list("issuer_id", "year")))
    NumberSequence.objects.bulk_create(
        [NumberSequence(issuer_id=issuer, year=year) for issuer, year in missing], ignore_conflicts=True
    )


def lock_sequences(keys: Collection[SequenceKey]) -> dict[SequenceKey, NumberSequence]:
    """The sequences, locked until the caller's transaction ends; whoever comes later waits and sees our numbers."""
    rows = (
        NumberSequence.objects.select_for_update()
        .filter(issuer__in={k[0] for k in keys}, year__in={k[1] for k in keys})
        .order_by("issuer_id", "year")
    )
    return {(row.issuer_id, row.year): row for row in rows}


def log_reserved(certificates: Iterable[Certificate]) -> None:
    """Write down for whom their numbers were taken; in the transaction that saves them and their counter."""
    _log((certificate, certificate.issued_at) for certificate in certificates)


def log_filed(certificates: Iterable[Certificate], *, at: datetime) -> None:
    """Write down that their numbers have become files, or a signed file took its place; in the same transaction."""
    _log((certificate, at) for certificate in certificates)


def _log(happened: Iterable[tuple[Certificate, datetime]]) -> None:
    NumberEntry.objects.bulk_create(
        NumberEntry(
            issuer_id=certificate.issuer_id,
            year=certificate.year,
            sequence=certificate.sequence,
            event=NumberEntry.Event.FILED if certificate.is_filed else NumberEntry.Event.RESERVED,
            number=certificate.number,
            record_id=certificate.record_id,
            at=at,
            sha256=certificate.sha256,
        )
        for certificate, at in happened
    )
