"""Bulk people for measuring: members over the nation's villages with trainings, standings and tallies."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from lms.sample_people import make_person
from members.models import Member
from members.nik import NIK
from regions.models import Region
from regions.scope import Scope
from regions.timezones import local_date
from training.models import Period, Policy, Standing, TrainingRecord, VillageTally
from training.periods import bounds, current_period, period_of
from training.policies import PolicyBook
from training.rule import needed

VILLAGE_SIZE = 15  # members a village has on average
BATCH = 3000  # members in one transaction
LESSON_HOURS = 4
SHARE_BEFORE, SHARE_NOW = 0.7, 0.4  # of the members who trained in the last half and in this one


class Command(BaseCommand):
    """Inserts N invented members; their certificates are left due."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--members, --regions, --seed."""
        parser.add_argument("--members", type=int, required=True)
        parser.add_argument("--regions", default="00", help="code of the region whose villages get them")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Insert in batches, each whole in itself, so that a killed run leaves true figures behind."""
        started = perf_counter()
        if options["members"] < 1:
            raise CommandError("--members must be at least 1")
        if not Region.objects.filter(pk=options["regions"]).exists():
            raise CommandError(f"--regions {options['regions']}: no such region; run load_regions first")
        villages = self._villages(options["regions"], options["members"])
        current = current_period(options["regions"])
        first, _end = bounds(current, options["regions"])
        before = period_of(first - timedelta(seconds=1), options["regions"])
        random = Random(options["seed"])  # noqa: S311 (invented people, not secrets)
        crowd = Crowd(random, timezone.now(), (before, current))
        for batch in crowd.batches(villages, options["members"]):
            crowd.insert(batch)
        seconds = perf_counter() - started
        rate = options["members"] / seconds
        self.stdout.write(
            f"{options['members']} members, {crowd.records} records, {len(villages)} villages, "
            f"{seconds:.1f} s, {rate:.0f} members/s"
        )

    def _villages(self, code: str, members: int) -> list[str]:
        """Village codes spread evenly over the region, as many as members fill at their usual size."""
        villages = Region.objects.within(Scope.of(code)).active().filter(level=Region.Level.VILLAGE)
        codes = list(villages.order_by("code").values_list("code", flat=True))
        if not codes:
            raise CommandError(f"no villages under {code}; run load_regions first")
        wanted = min(len(codes), -(-members // VILLAGE_SIZE))
        return [codes[n * len(codes) // wanted] for n in range(wanted)]


class Crowd:
    """The invented members, their trainings, and what follows from them: the same figures the services would keep.

    The services settle member by member; a crowd is written in bulk, and a test holds it against `reconcile`.
    """

    def __init__(self, random: Random, now: datetime, periods: tuple[Period, Period]) -> None:
        self.random, self.now, self.periods = random, now, periods
        self.policies = PolicyBook(Policy.objects.all())
        self.base = Member.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.records = 0

    def batches(self, villages: list[str], total: int) -> Iterator[list[Member]]:
        """Members in batches, village by village."""
        for start in range(0, total, BATCH):
            serials = range(start, min(start + BATCH, total))
            yield [self._member(self.base + n + 1, villages[n * len(villages) // total]) for n in serials]

    def _member(self, serial: int, village: str) -> Member:
        today = local_date(self.now, village)
        person = make_person(self.random, serial=serial, today=today)
        member = Member(
            number=f"SIM{serial:09d}",
            name=person.name,
            sex=person.sex,
            birth_date=person.birth_date,
            village_id=village,
            status=Member.Status.ACTIVE,
            joined_on=today - timedelta(days=self.random.randrange(400, 4000)),
            decided_at=self.now,
        )
        member.nik = NIK.parse(person.nik)
        return member

    @transaction.atomic
    def insert(self, members: list[Member]) -> None:
        """Store one batch with its trainings, standings and tallies."""
        Member.objects.bulk_create(members)
        records, standings = [], []
        for member in members:
            before = 0
            for period, share in zip(self.periods, (SHARE_BEFORE, SHARE_NOW), strict=True):
                trained = self.random.random() < share
                if trained:
                    records.append(self._record(member, period))
                standings.append(self._standing(member, period, trained, before))
                before = int(trained) if period.half == 1 else 0
        TrainingRecord.objects.bulk_create(records)
        Standing.objects.bulk_create(standings)
        self._add_to_tallies(standings)
        self.records += len(records)

    def _record(self, member: Member, period: Period) -> TrainingRecord:
        first, end = bounds(period, member.village_id)
        seconds = (min(end, self.now) - first).total_seconds()
        moment = first + timedelta(seconds=self.random.random() * seconds)
        return TrainingRecord(
            source=f"simulate:{member.number}:{period.code}",
            member=member,
            village_id=member.village_id,
            period=period,
            kind=TrainingRecord.Kind.ONLINE,
            title="Dasar Hukum, Tugas & Etika Satlinmas",
            field="pelindungan_masyarakat",
            lesson_hours=LESSON_HOURS,
            score=self.random.randrange(70, 101),
            organiser="Satpol PP",
            completed_at=moment,
            completed_on=local_date(moment, member.village_id),
        )

    def _standing(self, member: Member, period: Period, trained: bool, before: int) -> Standing:
        policy = self.policies.policy_for(member.village_id, period)
        need = needed(policy=policy, period=period, joined_on=member.joined_on, counted_first_half=before)
        return Standing(
            member=member,
            village_id=member.village_id,
            period=period,
            needed=need,
            counted=int(trained),
            lesson_hours=LESSON_HOURS if trained else 0,
            is_met=trained and need <= 1,
        )

    def _add_to_tallies(self, standings: list[Standing]) -> None:
        villages = {standing.village_id for standing in standings}
        stored = VillageTally.objects.select_for_update().filter(period__in=self.periods, village__in=villages)
        tallies = {(tally.period_id, tally.village_id): tally for tally in stored}
        for standing in standings:
            key = (standing.period_id, standing.village_id)
            if key not in tallies:
                tallies[key] = VillageTally(period_id=key[0], village_id=key[1])
            tally = tallies[key]
            tally.members += 1
            tally.required += standing.is_required
            tally.met += standing.is_met
        VillageTally.objects.bulk_create(
            list(tallies.values()),
            update_conflicts=True,
            unique_fields=["period", "village"],
            update_fields=["members", "required", "met"],
        )
