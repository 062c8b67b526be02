"""Checks the counters that hand out numbers: one behind a number that was given would give it twice.

That no number of a certificate is missing or was given to another one, `certificates.number_audit` proves.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import F, Max, Model, OuterRef, QuerySet, Subquery

from certificates.models import Certificate, NumberSequence
from reports.models import ActivityReport, ReportSequence


def _lagging_certificates() -> QuerySet[NumberSequence]:
    given = Certificate.objects.filter(issuer=OuterRef("issuer"), year=OuterRef("year")).order_by()
    highest = given.values("issuer", "year").annotate(highest=Max("sequence")).values("highest")
    return NumberSequence.objects.annotate(given=Subquery(highest)).filter(last__lt=F("given"))


def _lagging_reports() -> QuerySet[ReportSequence]:
    given = ActivityReport.objects.filter(village=OuterRef("village"), number_year=OuterRef("year")).order_by()
    highest = given.values("village", "number_year").annotate(highest=Max("number_sequence")).values("highest")
    return ReportSequence.objects.annotate(given=Subquery(highest)).filter(last__lt=F("given"))


@transaction.atomic
def reconcile_sequences(*, fix: bool = False) -> list[str]:
    """One line for each counter behind its highest number; `fix` raises it, and never lowers one."""
    return [*_settle("certificates", _lagging_certificates(), fix), *_settle("reports", _lagging_reports(), fix)]


def _settle(name: str, lagging: QuerySet[Model], fix: bool) -> Iterator[str]:
    for row in lagging.order_by("pk"):
        yield f"sequence of {name} {row}: given {row.given}"  # type: ignore[attr-defined]
        if fix:
            type(row)._default_manager.filter(pk=row.pk).update(last=row.given)  # type: ignore[attr-defined]
