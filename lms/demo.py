"""The demo: kecamatan Juai as it might look in the middle of a half, built by the same services as life.

Everybody in it is invented. Each step makes what is missing, whole or not at all, so that running it again finishes
a demo that was interrupted and adds nothing to a finished one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from certificates.models import Certificate, Signatory
from certificates.services import issue_due
from courses.models import CoursePage
from courses.sample_import import import_sample_course
from courses.services import open_shelf
from lms.celery import app
from lms.demo_reports import DemoReports
from lms.sample_people import make_person
from members.models import Member, MemberEvent, RoleKind, Squad, User
from members.personal_data import PersonalData
from members.services import grant_role, register_member, verify_member
from regions.models import Region
from regions.timezones import local_date
from training.models import Period, TrainingRecord
from training.periods import bounds, current_period, period_of
from training.services import open_period, record_training

PASSWORD = "linmas-demo-2026"  # noqa: S105 (the demo's accounts are public)
DISTRICT, REGENCY, HOME_VILLAGE = "63.11.01", "63.11", "63.11.01.2001"
NEIGHBOURS = {"63.11.02": 5, "63.11.03": 4}  # other kecamatan of Balangan: members a village
SIGNATORY = {
    "position": "Kepala Satuan Polisi Pamong Praja Kabupaten Balangan",
    "name": "H. Rusmadi Fauzan, S.Sos.",
    "rank": "Pembina Utama Muda (IV/c)",
    "nip": "99" * 9,
    "place": "Paringin",
}
VILLAGE_SIZE = 15
SHARE_BEFORE, SHARE_NOW = 0.7, 0.4
SAMPLE_COURSE = "dasar-hukum-tugas-etika"
SAMPLES = Path(settings.BASE_DIR) / "courses" / "samples"


@dataclass(frozen=True)
class Account:
    """One account of the demo that is not a member."""

    email: str
    name: str
    kind: str = ""
    region: str = ""
    position: str = ""


ACCOUNTS = (
    Account("aparat@contoh.id", "Aparat Muara Ninian", RoleKind.OFFICER, HOME_VILLAGE, "Kepala Pelaksana Satlinmas"),
    Account("kecamatan@contoh.id", "Petugas Juai", RoleKind.OFFICER, DISTRICT, "Kasi Trantib Kecamatan Juai"),
    Account("kabupaten@contoh.id", "Petugas Balangan", RoleKind.OFFICER, REGENCY, "Satpol PP Kabupaten Balangan"),
    Account("pelatih@contoh.id", "Pelatih Balangan", RoleKind.TRAINER, REGENCY, "Pelatih Satpol PP"),
    Account("mitra@contoh.id", "Mitra Juai", RoleKind.LIAISON, DISTRICT, "Bhabinkamtibmas"),
)
MEMBER_EMAIL, ADMIN_EMAIL = "anggota@contoh.id", "admin@contoh.id"
FIRST_CERTIFICATES = 20  # printed at once; the rest is left due
# The accounts of members whom the demo makes reachable; no registration gives such a name.
USERNAME = "contoh-"
PENDING = 3  # registrations that wait in Muara Ninian


@contextmanager
def tasks_left_due() -> Iterator[None]:
    """Hand tasks to the queue instead of running them here; without a worker they stay due.

    Hundreds of certificates take a minute; `issue_certificates` and `run_periodic` print what is due.
    """
    is_eager = app.conf.task_always_eager
    app.conf.task_always_eager = False
    try:
        yield
    finally:
        app.conf.task_always_eager = is_eager


class Demo:
    """Builds the demo; one random generator makes the same people every time."""

    def __init__(self, *, now: datetime | None = None) -> None:
        self.random = Random(6311)  # noqa: S311 (invented people, not secrets)
        self.now = now or timezone.now()
        self.current = current_period(DISTRICT, now=self.now)
        first, _end = bounds(self.current, DISTRICT)
        self.before = period_of(first - timedelta(seconds=1), DISTRICT)
        # After everybody who is there already, so that a later run invents no NIK twice.
        self.serial = Member.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def build(self) -> dict[str, int]:
        """Make what is missing; returns figures for the closing line."""
        users = self._users()
        self._grant_roles(users, RoleKind.TRAINER)
        course = self._course(users["pelatih@contoh.id"])
        self._members(users["kecamatan@contoh.id"])
        # After the members are in: nobody gets hundreds of notices about registrations of the past.
        self._grant_roles(users, *RoleKind)
        self._pending()
        for period in (self.before, self.current):
            open_period(period=period, now=self.now)
        Signatory.objects.get_or_create(region_id=REGENCY, defaults=SIGNATORY)
        with tasks_left_due():
            trainings = self._trainings(course)
        self._reachable()
        printed = Certificate.objects.exclude(sha256="").count()
        issue_due(limit=max(FIRST_CERTIFICATES - printed, 0))
        reports = DemoReports(
            random=self.random,
            now=self.now,
            villages=list(self._villages(DISTRICT)),
            district_officer=users["kecamatan@contoh.id"],
        )
        return {"members": Member.objects.count(), "trainings": trainings, "reports": reports.build()}

    # --- people -----------------------------------------------------------------------------

    @transaction.atomic
    def _user(self, email: str, name: str, **extra: Any) -> User:
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(username=email.partition("@")[0], email=email, name=name, **extra)
            user.set_password(PASSWORD)
            user.save()
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
        return user

    def _users(self) -> dict[str, User]:
        """The accounts of the demo that are not members, still without a role."""
        self._user(ADMIN_EMAIL, "Admin Akademi", is_superuser=True, is_staff=True)
        return {account.email: self._user(account.email, account.name) for account in ACCOUNTS}

    def _grant_roles(self, users: dict[str, User], *kinds: str) -> None:
        for account in ACCOUNTS:
            user = users[account.email]
            if account.kind in kinds and not user.role_grants.exists():
                region = Region.objects.get(code=account.region)
                grant_role(user=user, kind=account.kind, region=region, position=account.position)

    def _villages(self, *districts: str) -> QuerySet[Region]:
        villages = Region.objects.active().filter(level=Region.Level.VILLAGE, parent__in=districts)
        return villages.order_by("code")

    def _members(self, officer: User) -> None:
        districts = {DISTRICT: VILLAGE_SIZE, **NEIGHBOURS}
        squads = list(Squad.objects.all())
        for village in self._villages(*districts):
            missing = districts[str(village.parent_id)] - Member.objects.active().filter(village=village).count()
            for n in range(max(missing, 0)):
                joined = local_date(self.now, village.code) - timedelta(days=self.random.randrange(500, 4000))
                with transaction.atomic():
                    member = self._register(village, squads[n % len(squads)] if squads else None)
                    verify_member(member=member, by=officer, joined_on=joined)
        self._account_of_the_member()

    def _register(self, village: Region, squad: Squad | None, **extra: Any) -> Member:
        self.serial += 1
        person = make_person(self.random, serial=self.serial, today=local_date(self.now, village.code))
        data = PersonalData(
            name=person.name,
            nik=person.nik,
            birth_date=person.birth_date,
            sex=person.sex,
            phone="",
            village=village,
            squad=squad,
        )
        return register_member(data=data, **extra)

    @transaction.atomic
    def _account_of_the_member(self) -> None:
        """Give one member of Muara Ninian the demo's account."""
        if not User.objects.filter(email=MEMBER_EMAIL).exists():
            member = Member.objects.active().filter(village=HOME_VILLAGE, user=None).earliest("pk")
            member.user = self._user(MEMBER_EMAIL, member.name)
            member.save(update_fields=["user"])

    @transaction.atomic
    def _reachable(self) -> None:
        """Of three members of Juai one has an account and a phone, one a phone and one neither, as in real villages.

        After their trainings, of the past as they are: nobody gets notices of those.
        """
        without = Q(user=None) & (Q(phone=None) | Q(phone=""))
        members = list(self._invented().filter(without, village__parent=DISTRICT, number__gt=""))
        turns = {member: int(member.number or 0) % 3 for member in members}  # nobody's changes, whoever leaves
        reached = [member for member in members if turns[member]]
        for member in reached:
            # The range 0800 belongs to nobody's mobile: free numbers of companies, and these are too long for one.
            member.phone = f"+62800{member.pk:08d}"
            member.whatsapp_consent_at = self.now if member.pk % 2 else None
        password = make_password(PASSWORD)
        for member in (member for member in reached if turns[member] == 1):
            name = f"{USERNAME}{member.number}"
            member.user = User.objects.create(username=name, name=member.name, phone=member.phone, password=password)
        Member.objects.bulk_update(reached, ["phone", "whatsapp_consent_at", "user"])

    def _pending(self) -> None:
        village = Region.objects.get(code=HOME_VILLAGE)
        for _n in range(PENDING - Member.objects.pending().filter(village=village).count()):
            self._register(village, None)

    # --- courses and trainings ---------------------------------------------------------------

    def _course(self, trainer: User) -> CoursePage:
        shelf = open_shelf(region=Region.objects.get(code=REGENCY))
        return import_sample_course(folder=SAMPLES / SAMPLE_COURSE, shelf=shelf, owner=trainer)

    def _trainings(self, course: CoursePage) -> int:
        """70 % of the invented members trained last half, 40 % this half; the demo's own member still has to."""
        made = TrainingRecord.objects.filter(source__startswith="demo:")
        halves = (self.before.code, self.current.code)
        if all(source.endswith(halves) for source in made.values_list("source", flat=True)):
            # Later halves are left to those who use the demo.
            manifest = tomllib.loads((SAMPLES / SAMPLE_COURSE / "course.toml").read_text())
            mine = list(self._invented().filter(user__email=MEMBER_EMAIL))
            others = list(self._invented().exclude(user__email=MEMBER_EMAIL))
            for members, period, share in (
                (mine, self.before, 1),
                (others, self.before, SHARE_BEFORE),
                (others, self.current, SHARE_NOW),
            ):
                for member in self._untrained(members, period, share):
                    self._train(member, period, course, manifest)
        return TrainingRecord.objects.count()

    def _invented(self) -> QuerySet[Member]:
        """Active members that the demo made: nobody registers without an account but through an officer."""
        registered = MemberEvent.objects.filter(kind=MemberEvent.Kind.REGISTERED, by=None)
        ours = Q(user=None) | Q(user__email=MEMBER_EMAIL) | Q(user__username__startswith=USERNAME)
        members = Member.objects.active().filter(ours, village__code__under=REGENCY, pk__in=registered.values("member"))
        return members.order_by("pk")

    def _untrained(self, members: list[Member], period: Period, share: float) -> list[Member]:
        """Those who have yet to train, so that this share of the members has."""
        sources = TrainingRecord.objects.filter(source__startswith="demo:", source__endswith=f":{period.code}")
        trained = set(sources.values_list("member_id", flat=True))
        left = [member for member in members if member.pk not in trained]
        missing = round(share * len(members)) - (len(members) - len(left))
        return self.random.sample(left, max(missing, 0))

    def _train(self, member: Member, period: Period, course: CoursePage, manifest: dict[str, Any]) -> None:
        first, end = bounds(period, member.village_id)
        seconds = (min(end, self.now) - first).total_seconds()
        record_training(
            member=member,
            source=f"demo:{member.number}:{period.code}",
            kind=TrainingRecord.Kind.CLASSROOM if self.random.random() < 0.3 else TrainingRecord.Kind.ONLINE,
            title=course.title,
            subject=course.subject,
            field=manifest["field"],
            lesson_hours=manifest["lesson_hours"],
            score=self.random.randrange(70, 101, 10),
            organiser=manifest["trainer"],
            syllabus=manifest["syllabus"],
            completed_at=first + timedelta(seconds=self.random.random() * seconds * 0.98),
        )
