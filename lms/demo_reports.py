"""The demo's activity reports: what the villages of Juai did this half, in every state."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from lms.sample_pictures import village_scene
from members.models import Member, RoleKind, User
from members.services import grant_role
from regions.models import Region
from regions.timezones import local_date, zone_of
from reports.models import ActivityReport
from reports.photo_services import add_photos
from reports.services import return_report, save_draft, send_report, start_draft, verify_report

DATA = Path(__file__).with_name("demo_data") / "reports.toml"
HOW_MANY = 40
# What became of them, in turn: half is verified, a quarter waits.
FATES = ("verified", "verified", "sent", "verified", "returned", "verified", "sent", "draft")
PRESENT = (3, 7)  # members at an activity, least and most


class DemoReports:
    """Writes what is missing of the forty reports; each has a key of its own, so none is written twice."""

    def __init__(self, *, random: Random, now: datetime, villages: list[Region], district_officer: User) -> None:
        self.random, self.now, self.villages, self.district_officer = random, now, villages, district_officer
        data = tomllib.loads(DATA.read_text())
        self.templates, self.reasons = data["report"], data["reasons"]["returned"]

    def build(self) -> int:
        """Write them; returns how many there are."""
        for number in range(HOW_MANY):
            key = uuid5(NAMESPACE_URL, f"demo-report-{number}")
            if not ActivityReport.objects.filter(draft_key=key).exists():
                self._write(number, key)
        return ActivityReport.objects.count()

    @transaction.atomic
    def _write(self, number: int, key: UUID) -> None:
        village = self.villages[number * 5 % len(self.villages)]
        writer = self._writer(village)
        report = start_draft(by=writer, village=village, position="Kepala Pelaksana Satlinmas", draft_key=key)
        self._fill(report, writer, self.templates[number % len(self.templates)])
        self._settle(report, writer, FATES[number % len(FATES)])

    def _writer(self, village: Region) -> User:
        """The village's own officer; one that nobody can log in as, where the demo has no account for it."""
        officers = User.objects.filter(role_grants__region=village, role_grants__kind=RoleKind.OFFICER)
        officer = officers.first()
        if officer is None:
            officer = User.objects.create_user(username=f"aparat-{village.code}", name=f"Aparat {village.name}")
            officer.set_unusable_password()
            officer.save()
            grant_role(user=officer, kind=RoleKind.OFFICER, region=village, position="Kepala Pelaksana Satlinmas")
        return officer

    def _fill(self, report: ActivityReport, writer: User, template: dict[str, Any]) -> None:
        village = report.village
        day = local_date(self.now, village.code) - timedelta(days=self.random.randrange(2, 110))
        start = datetime(day.year, day.month, day.day, template["start"], tzinfo=zone_of(village.code))
        members = list(Member.objects.active().filter(village=village))
        content = {
            "kind": template["kind"],
            "basis": template.get("basis", ""),
            "starts_at": start,
            "ends_at": start + timedelta(hours=template["hours"]),
            "place": template["place"].format(village=village.name),
            "others_present": template.get("others", ""),
            "account": template["account"].strip(),
            "result": template["result"],
            "obstacles": template.get("obstacles", ""),
            "follow_up": template.get("follow_up", ""),
        }
        present = self.random.sample(members, min(len(members), self.random.randint(*PRESENT)))
        save_draft(report=report, by=writer, content=content, members=present)
        if self.random.random() < 0.5:
            add_photos(report=report, uploads=self._photos(is_night=template["start"] >= 18))

    def _photos(self, *, is_night: bool) -> Iterator[SimpleUploadedFile]:
        for number in range(self.random.randint(1, 2)):
            picture = village_scene(self.random, is_night=is_night)
            yield SimpleUploadedFile(f"foto-{number}.jpg", picture, content_type="image/jpeg")

    def _settle(self, report: ActivityReport, writer: User, fate: str) -> None:
        if fate == "draft":
            return
        report = send_report(report=report, by=writer, now=self.now)
        if fate == "verified":
            verify_report(report=report, by=self.district_officer)
        elif fate == "returned":
            return_report(report=report, by=self.district_officer, reason=self.random.choice(self.reasons))
