"""Invented members in bulk, their trainings, and what follows from them: the same figures the services would keep.

The services settle member by member; a crowd is written in bulk by the same rule, and a test holds it against
`reconcile`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import NamedTuple
from uuid import uuid4

from django.db import connection, transaction

from lms.bulk import behind, insert_rows, reserve_ids
from lms.sample_people import make_person
from members.models import Member
from members.nik import NIK, index_nik, seal_nik
from regions.timezones import local_date
from training.models import Period, Policy, Standing, TrainingRecord, VillageTally
from training.periods import bounds
from training.policies import PolicyBook
from training.rule import Training, Verdict, judge

BATCH = 3000  # members in one transaction
ROWS = 1000  # tallies in one statement
WRITERS = 2  # connections that store batches while the next ones are drawn
HOURS = Decimal(4)
TITLE, FIELD = "Dasar Hukum, Tugas & Etika Satlinmas", "pelindungan_masyarakat"
SHARE_BEFORE, SHARE_NOW = 0.7, 0.4  # of the members who trained in a half that is over and in the running one

MEMBER_FIELDS = (
    *("id", "uuid", "number", "name", "sex", "birth_date", "phone", "nik_sealed", "nik_index", "village_id"),
    *("status", "joined_on", "registered_at", "decided_at", "whatsapp_consent_at"),
)
RECORD_FIELDS = (
    *("source", "member_id", "village_id", "period_id", "kind", "title", "field", "lesson_hours", "score"),
    *("organiser", "syllabus", "completed_at", "completed_on", "created_at"),
)
STANDING_FIELDS = (
    *("member_id", "village_id", "period_id", "needed", "counted", "lesson_hours", "hours_needed"),
    *("missing_courses", "is_met", "met_on"),
)

DAY = RECORD_FIELDS.index("completed_on")
TABLES = (Member, TrainingRecord, Standing, VillageTally)  # what a crowd fills
Row = tuple[object, ...]
Tallies = dict[tuple[int, str], list[int]]  # by period and village: members, required, met, and all year


class Drawn(NamedTuple):
    """Rows of some members, ready to be stored."""

    members: list[Row]
    records: list[Row]
    standings: list[Row]
    tallies: Tallies


class Columns(NamedTuple):
    """A verdict as the columns of a standing."""

    needed: int
    counted: int
    lesson_hours: str
    hours_needed: str
    missing_courses: str
    is_met: bool

    @classmethod
    def of(cls, verdict: Verdict) -> Columns:
        """In the order of STANDING_FIELDS, but for the day."""
        missing = json.dumps(verdict.missing_courses)
        hours = str(verdict.lesson_hours), str(verdict.hours_needed)
        return cls(verdict.needed, verdict.counted, *hours, missing, verdict.is_met)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


class Crowd:
    """Makes members and stores them batch by batch; `periods` from the earliest to the running one."""

    def __init__(self, random: Random, now: datetime, periods: Sequence[Period]) -> None:
        self.random, self.now, self.periods = random, now, periods
        self.policies = PolicyBook(Policy.objects.prefetch_related("courses"))
        self.serial = Member.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        # Everybody joined in a year before the first half, so that all of them owe all of it.
        self.youngest = date(periods[0].year, 1, 1)
        self.records = 0
        self._stamp = _moment(now)
        self._verdicts: dict[tuple[int, int, int, int], Columns] = {}

    def batches(self, villages: Sequence[str], total: int) -> Iterator[list[str]]:
        """The villages of so many members in batches, each village's members together."""
        for start in range(0, total, BATCH):
            yield [villages[n * len(villages) // total] for n in range(start, min(start + BATCH, total))]

    def insert(self, batches: Iterable[Sequence[str]]) -> None:
        """Store one member for each village named, with trainings, standings and tallies, each batch at one go."""
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            with behind(WRITERS) as hand_over:
                for batch in batches:
                    hand_over(partial(_store, self._draw(batch)))
        else:
            for batch in batches:
                with transaction.atomic():  # on SQLite, where the last id is read, nobody else may take the next
                    _store(self._draw(batch))

    def _draw(self, villages: Sequence[str]) -> Drawn:
        ids = reserve_ids(Member, len(villages))
        drawn = Drawn(list(map(self._member, ids, villages)), [], [], {})
        for pk, village in zip(ids, villages, strict=True):
            self._live(pk, village, drawn)
        self.records += len(drawn.records)
        return drawn

    def _member(self, pk: int, village: str) -> Row:
        self.serial += 1
        person = make_person(self.random, serial=self.serial, today=local_date(self.now, village))
        uuid, nik = uuid4(), NIK(person.nik)
        joined = self.youngest - timedelta(days=1 + int(self.random.random() * 3600))
        return (
            *(pk, uuid.hex, f"SIM{self.serial:09d}", person.name, person.sex, person.birth_date.isoformat()),
            # The range 0800 belongs to nobody's mobile: free numbers of companies.
            *(f"+62800{self.serial:08d}", seal_nik(nik, row=uuid), index_nik(nik), village),
            *("active", joined.isoformat(), self._stamp, self._stamp, self._stamp if self.serial % 2 else None),
        )

    def _live(self, pk: int, village: str, drawn: Drawn) -> None:
        """One member's trainings and standings in every period."""
        before, missed = 0, False
        for period in self.periods:
            share = SHARE_NOW if period is self.periods[-1] else SHARE_BEFORE
            trained = int(self.random.random() < share)
            day = None
            if trained:
                drawn.records.append(record := self._record(pk, village, period))
                day = record[DAY]
            verdict = self._verdict(village, period, trained, before)
            drawn.standings.append((pk, village, period.pk, *verdict, day if verdict.is_met else None))
            figures = drawn.tallies.setdefault((period.pk, village), [0, 0, 0, 0])
            figures[0] += 1
            figures[1] += verdict.needed > 0
            figures[2] += verdict.is_met
            figures[3] += verdict.is_met and period.half == 2 and not missed
            before, missed = (trained, not verdict.is_met) if period.half == 1 else (0, False)

    def _record(self, pk: int, village: str, period: Period) -> Row:
        first, end = bounds(period, village)
        moment = first + timedelta(seconds=int(self.random.random() * (min(end, self.now) - first).total_seconds()))
        return (
            *(f"simulate:{pk}:{period.code}", pk, village, period.pk, "online", TITLE, FIELD, str(HOURS)),
            *(70 + int(self.random.random() * 31), "Satpol PP", "[]", _moment(moment)),
            *(local_date(moment, village).isoformat(), self._stamp),
        )

    def _verdict(self, village: str, period: Period, trained: int, before: int) -> Columns:
        """What the rule says of who trained so often in the half and in the first half of its year."""
        policy = self.policies.policy_for(village, period)
        key = (id(policy), period.pk, trained, before)
        if key not in self._verdicts:
            here = Training("online", HOURS, period.last_day, (period.year, period.half), FIELD)
            earlier = Training("online", HOURS, date(period.year, 6, 30), (period.year, 1), FIELD)
            verdict = judge(
                policy=policy,
                period=period,
                joined_on=self.youngest - timedelta(days=1),
                trainings=[earlier] * before + [here] * trained,
            )
            self._verdicts[key] = Columns.of(verdict)
        return self._verdicts[key]


@transaction.atomic
def _store(drawn: Drawn) -> None:
    insert_rows(Member, MEMBER_FIELDS, drawn.members)
    insert_rows(TrainingRecord, RECORD_FIELDS, drawn.records)
    insert_rows(Standing, STANDING_FIELDS, drawn.standings)
    _add_to_tallies(drawn.tallies)


def _add_to_tallies(tallies: Tallies) -> None:
    """Add these figures to what the villages' tallies say already, in the one order of locks."""
    table = connection.ops.quote_name(VillageTally._meta.db_table)
    rows: list[tuple[int | str, ...]] = [
        (village, period, *figures, 0, 0) for (period, village), figures in sorted(tallies.items())
    ]
    names = ("members", "required", "met", "year_met")
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in names)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS):
            part = rows[start : start + ROWS]
            cursor.execute(
                f"INSERT INTO {table} (village_id, period_id, {', '.join(names)}, exempt, extended) "  # noqa: S608
                f"VALUES {', '.join(['(%s, %s, %s, %s, %s, %s, %s, %s)'] * len(part))} "
                f"ON CONFLICT (period_id, village_id) DO UPDATE SET {sums}",
                [value for row in part for value in row],
            )
