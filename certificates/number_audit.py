"""Proof that the numbers are gapless: counters, log and certificates, each held against the others."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from certificates.models import Certificate, NumberEntry, NumberSequence
from certificates.numbering import SequenceKey, lock_sequences

SHOWN = 10  # missing numbers named in one line

_RESERVED, _FILED = NumberEntry.Event.RESERVED, NumberEntry.Event.FILED
_PLACE = {"issuer": OuterRef("issuer"), "year": OuterRef("year"), "sequence": OuterRef("sequence")}
_SAME = {**_PLACE, "number": OuterRef("number"), "record": OuterRef("record")}


def number_faults() -> Iterator[str]:
    """One line for each gap, and for each number of which log, counter and certificate do not say the same.

    Nothing is what a sound log gives, whatever crashed: the three are written in one transaction. A line names
    nobody. It cannot be mended by a program: one of the witnesses was tampered with, or restored from another day.
    """
    yield from _gaps()
    for certificate in _unlogged():
        yield f"certificate {certificate.number}: the log has not reserved this number for it at that time"
    for certificate in _wrong_files():
        yield f"certificate {certificate.number}: its file is not the one of the log"
    for entry in _orphans():
        yield f"log of numbers: {entry.number} {entry.event} for training {entry.record_id}, no certificate says so"


def _gaps() -> Iterator[str]:
    """Reserved are 1, 2, 3, … up to what the counter says, for every issuer and year."""
    counters = {(row.issuer_id, row.year): row.last for row in NumberSequence.objects.all()}
    reserved = NumberEntry.objects.filter(event=_RESERVED).order_by().values_list("issuer", "year")
    found: dict[SequenceKey, tuple[int, int, int]] = {
        (issuer, year): (count, first, last)
        for issuer, year, count, first, last in reserved.annotate(
            count=Count("pk"), first=Min("sequence"), last=Max("sequence")
        )
    }
    for issuer, year in sorted(counters.keys() | found.keys()):
        counter = counters.get((issuer, year), 0)
        if found.get((issuer, year), (0, 1, 0)) != (counter, 1, counter):
            yield from _gap(issuer, year)


@transaction.atomic
def _gap(issuer: str, year: int) -> list[str]:
    """What is wrong with one sequence, under its lock: what looked like a gap may have been a number just taken."""
    counter = next((row.last for row in lock_sequences([(issuer, year)]).values()), 0)
    entries = NumberEntry.objects.filter(event=_RESERVED, issuer=issuer, year=year)
    have = set(entries.values_list("sequence", flat=True))
    missing = sorted(set(range(1, max([counter, *have]) + 1)) - have)
    if missing:
        names = ", ".join(map(str, missing[:SHOWN])) + (", …" if len(missing) > SHOWN else "")
        return [f"numbers of {issuer}/{year}: the counter says {counter}, the log lacks {names}"]
    if counter != len(have):
        return [f"numbers of {issuer}/{year}: the counter says {counter}, the log goes to {len(have)}"]
    return []


def _unlogged() -> QuerySet[Certificate]:
    entries = NumberEntry.objects.filter(**_SAME, event=_RESERVED, at=OuterRef("issued_at"))
    return Certificate.objects.filter(~Exists(entries)).order_by("pk")


def _wrong_files() -> QuerySet[Certificate]:
    entries = NumberEntry.objects.filter(**_SAME, event=_FILED, sha256=OuterRef("sha256"))
    return Certificate.objects.exclude(file="").filter(~Exists(entries)).order_by("pk")


def _orphans() -> Iterator[NumberEntry]:
    certificates = Certificate.objects.filter(**_SAME)
    yield from NumberEntry.objects.filter(~Exists(certificates), event=_RESERVED)
    digest = OuterRef("sha256")
    filed = certificates.exclude(file="").filter(Q(sha256=digest) | Q(signings__earlier_sha256=digest))
    yield from NumberEntry.objects.filter(~Exists(filed), event=_FILED)
