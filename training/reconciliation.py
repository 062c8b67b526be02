"""Checks standings and tallies against the ledger and the members, and mends them where asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from members.models import Member
from training.books import TALLY_FIELDS, Settled, members_of, settle
from training.closing import digest_of_frozen
from training.models import ClosedTally, Period, Standing, TrainingRecord, VillageTally
from training.periods import is_over, runs_somewhere

VILLAGES_A_BATCH = 50


@dataclass
class Reconciliation:
    """What was checked and what differed, one line a difference: ids and codes only, no names.

    `left` are the differences that are said and never altered: of closed figures, and of tallies that alone remember
    a standing of a half that is over.
    """

    standings: int = 0
    tallies: int = 0
    differences: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def add(self, period: Period, settled: Settled) -> None:
        """Take in one batch."""
        self.standings += settled.standings
        self.tallies += settled.tallies
        for standing in settled.standing_changes:
            found = _facts(standing.before) or "none"
            where = f"{period.code} {standing.standing.village_id} member {standing.standing.member_id}"
            self.differences.append(f"{where}: {found} -> {_facts(standing.after)}")
        for tally in settled.tally_changes:
            where = f"{period.code} {tally.tally.village_id} tally"
            self.differences.append(f"{where}: {_facts(tally.before)} -> {_facts(tally.after)}")


def _facts(values: dict[str, object] | dict[str, int]) -> str:
    return " ".join(f"{name}={value}" for name, value in values.items())


def reconcile(*, fix: bool = False, now: datetime | None = None) -> Reconciliation:
    """Settle every period anew and say what changed; without `fix` each batch is rolled back.

    The current period is checked against the members too, and whoever trained in it. Of a period that is over, who
    served in which village is history that nothing else keeps; what they owed and did is judged again. Where a
    village's tally counts more members than standings serve, the tally is the last witness of those that are lost,
    and stays. Once the half is closed, its frozen figures bear witness, so the two are held against each other, and
    the figures against the digest that was taken of them.
    """
    now = now or timezone.now()
    found = Reconciliation()
    for period in Period.objects.order_by("year", "half"):
        is_current = runs_somewhere(period, now=now)
        codes = sorted(set(_villages(period, is_current=is_current)))
        for start in range(0, len(codes), VILLAGES_A_BATCH):
            batch = codes[start : start + VILLAGES_A_BATCH]
            witnesses = {} if period.is_closed else _witnesses(period, batch, now)
            found.left.extend(witnesses.values())
            settled = _settle_batch(period, batch, now, keep=witnesses, is_current=is_current, fix=fix)
            found.add(period, settled)
        if period.is_closed:
            found.left.extend(_closed_differences(period))
    return found


def _served(period: Period, codes: Sequence[str] | None = None) -> dict[str, int]:
    """How many standings of each village, or of these, serve; villages with none are absent."""
    rows = Standing.objects.serving().filter(period=period).order_by().values_list("village_id")
    rows = rows if codes is None else rows.filter(village__in=codes)
    return dict(rows.annotate(Count("pk")))


def _witnesses(period: Period, codes: Sequence[str], now: datetime) -> dict[str, str]:
    """Of these villages, where the half is over: those whose tally counts more members than standings serve.

    Nobody stops serving in a half that is over, so standings were lost, moved or changed behind our back.
    """
    over = [code for code in codes if is_over(period, code, now=now)]
    served = _served(period, over)
    tallies = VillageTally.objects.filter(period=period, village__in=over).order_by("village_id")
    return {
        tally.village_id: f"{period.code} {tally.village_id} tally: {_facts(_figures(tally))}, "
        f"{served.get(tally.village_id, 0)} standings serve"
        for tally in tallies
        if tally.members > served.get(tally.village_id, 0)
    }


def _figures(tally: VillageTally) -> dict[str, int]:
    return {name: getattr(tally, name) for name in TALLY_FIELDS}


def _closed_differences(period: Period) -> Iterator[str]:
    """Villages in which others served than were frozen, and whether any frozen figure was touched.

    What members did may differ, for that is corrected later.
    """
    served = _served(period)
    frozen = dict(ClosedTally.objects.filter(period=period).values_list("village_id", "members"))
    for code in sorted(served.keys() | frozen.keys()):
        if served.get(code, 0) != frozen.get(code, 0):
            yield f"{period.code} {code} closed: members={frozen.get(code, 0)}, {served.get(code, 0)} standings serve"
    if digest_of_frozen(period) != period.closed_digest:
        yield f"{period.code} closed: the frozen figures are not those that were closed with"


def _villages(period: Period, *, is_current: bool) -> Iterator[str]:
    for model in (Standing, VillageTally, *([TrainingRecord] if is_current else [])):
        rows = model._default_manager.filter(period=period).order_by()
        yield from rows.values_list("village_id", flat=True).distinct()
    if is_current:
        yield from Member.objects.active().order_by().values_list("village_id", flat=True).distinct()


@transaction.atomic
def _settle_batch(
    period: Period, codes: list[str], now: datetime, *, keep: Iterable[str], is_current: bool, fix: bool
) -> Settled:
    held = Standing.objects.filter(period=period, village__in=codes)
    trained = TrainingRecord.objects.filter(period=period, village__in=codes) if is_current else None
    members = members_of(villages=codes, active=is_current, others=held, trained=trained)
    settled = settle(members=members, period=period, now=now, villages=codes, keep=keep, year=False)
    if not fix:
        transaction.set_rollback(True)
    return settled
