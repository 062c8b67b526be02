"""The benchmarks of `make bench`: what people wait for, each beside a bare floor of the same run."""

from argparse import ArgumentParser
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from certificates.services import issue_certificate
from courses.models import LessonPage
from lms.bench import bare_page, machine, row, table
from lms.bench_press import press_rows
from lms.bench_regions import region_rows
from lms.bench_sending import sending_row
from lms.bench_table import store
from lms.stopwatch import HOST, Browser
from members.models import Member, User
from quizzes.models import Attempt, Quiz
from quizzes.services import start_attempt
from training.models import TrainingRecord
from training.services import record_training


class Command(BaseCommand):
    """Measures against the demo's data; it adds a few trainings and an attempt to them."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--into."""
        parser.add_argument("--into", default=str(Path(settings.DATA_DIR) / "bench.json"), help="the file of the rows")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, print the table, write bench.json."""
        member = Member.objects.active().filter(user__email="anggota@contoh.id").first()
        officer = User.objects.filter(email="kecamatan@contoh.id").first()
        lesson = LessonPage.objects.live().first()
        if member is None or member.user is None or officer is None or lesson is None:
            raise CommandError("the demo is missing; run demo first")
        floor = bare_page(member.user)
        reader, monitor = Browser.of(member.user), Browser.of(officer)
        rows = [
            row("lesson page", reader.whole(lesson.url), floor, n=50),
            row("answer submit", self._answer(member), floor, n=50),
            row("/pantau/ of a kecamatan, kept", monitor.whole("/pantau/"), floor, n=50),
            row("/pantau/ of a kecamatan, drawn anew", self._drawn_anew(monitor), floor, n=50),
            row("late list of a kecamatan", monitor.whole("/pantau/63.11.01/terlambat/"), floor, n=50),
            row("late list as CSV, whole", monitor.whole("/pantau/63.11.01/terlambat.csv"), floor, n=20),
            row("one certificate", self._certificate(member), floor, n=10),
            *region_rows(floor),
            sending_row(self._consenting()),
            *press_rows(),
        ]
        target = Path(options["into"])
        store(target, rows)
        self.stdout.write(f"{machine()}\n\n{table(rows)}\n\n{len(rows)} rows in {target}")

    def _consenting(self) -> Member:
        """A member of the demo whom WhatsApp may reach."""
        member = Member.objects.active().filter(whatsapp_consent_at__isnull=False).exclude(phone=None).first()
        if member is None:
            raise CommandError("the demo has nobody who agreed to WhatsApp")
        return member

    def _drawn_anew(self, monitor: Browser) -> Callable[[], Any]:
        """Opens the page as the first one does after the figures went stale."""
        page = monitor.whole("/pantau/")

        def draw() -> None:
            with override_settings(MONITORING_CACHE_SECONDS=0):
                page()

        return draw

    def _answer(self, member: Member) -> Callable[[], Any]:
        """Saves the answer of one question, another choice each time."""
        Attempt.objects.of(member).filter(status=Attempt.Status.OPEN).delete()
        attempt = start_attempt(member=member, quiz=Quiz.objects.earliest("pk"))
        answer = attempt.answers.get(position=1)
        choices = [choice["id"] for choice in answer.snapshot["choices"]]
        client, turn = Client(SERVER_NAME=HOST), count(1)
        client.force_login(member.user)  # type: ignore[arg-type]
        address = reverse("quizzes:question", args=[attempt.pk, 1])

        def save() -> None:
            number = next(turn)
            data = {"chosen": choices[number % len(choices)], "sequence": number}
            response = client.post(address, data, headers={"Accept": "application/json"})
            if response.status_code != 200:
                raise RuntimeError(f"{response.status_code} instead of a saved answer")

        return save

    def _certificate(self, member: Member) -> Callable[[], Any]:
        """Issues the certificate of a fresh training, from the ledger row to the frozen file."""
        turn = count(TrainingRecord.objects.count())

        def issue() -> None:
            record = record_training(
                member=member,
                source=f"bench:{next(turn)}:{timezone.now().timestamp()}",
                kind=TrainingRecord.Kind.ONLINE,
                title="Dasar Hukum, Tugas & Etika Satlinmas",
                lesson_hours=4,
                score=90,
                completed_at=timezone.now(),
            )
            issue_certificate(record_id=record.pk)

        return issue
