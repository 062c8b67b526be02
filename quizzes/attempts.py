"""Attempts: what was drawn for whom, what they answered and how it was marked."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Member


def grace() -> timedelta:
    """How long after the deadline an answer that was under way still counts."""
    return timedelta(seconds=settings.QUIZ_GRACE_SECONDS)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Filters over attempts."""

    def of(self, member: Member) -> Self:
        """One member's own attempts."""
        return self.filter(member=member)

    def open(self) -> Self:
        """Attempts that nobody has finished, in time or not."""
        return self.filter(status=Attempt.Status.OPEN)

    def in_time(self, now: datetime) -> Self:
        """Open attempts that may still be finished at `now`."""
        return self.open().filter(deadline_at__gte=now - grace())

    def overdue(self, now: datetime) -> Self:
        """Open attempts whose time, grace included, is over at `now`."""
        return self.open().filter(deadline_at__lt=now - grace())


class Attempt(models.Model):
    """One sitting of a quiz by a member; the server decides its questions, its clock and its marks."""

    class Status(models.TextChoices):
        OPEN = "open", _("sedang dikerjakan")
        FINISHED = "finished", _("selesai")

    class Ending(models.TextChoices):
        SUBMITTED = "submitted", _("dikumpulkan")
        TIME_UP = "time_up", _("waktu habis")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    quiz = models.ForeignKey("quizzes.Quiz", models.PROTECT, related_name="attempts")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("percobaan ke"))
    # Attempts are counted within a round; a pass, or the wait after the last attempt of a round, opens the next.
    round = models.PositiveSmallIntegerField(_("putaran"), default=1)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    ending = models.CharField(_("diakhiri"), max_length=10, choices=Ending, blank=True)
    pass_mark = models.PositiveSmallIntegerField(_("nilai ambang"))
    started_at = models.DateTimeField(_("mulai"))
    deadline_at = models.DateTimeField(_("batas waktu"))
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    score = models.DecimalField(_("nilai"), max_digits=5, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(_("lulus"), null=True)

    return_path = models.CharField(max_length=300, blank=True)  # where the result leads back to; "" is /belajar/

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("pengerjaan kuis")
        verbose_name_plural = _("pengerjaan kuis")
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["deadline_at"], condition=models.Q(status="open"), name="attempt_open_deadline")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(status="open"), name="attempt_one_open_a_member"
            ),
            models.UniqueConstraint(fields=["member", "quiz", "number"], name="attempt_number_once"),
            models.CheckConstraint(
                condition=models.Q(status="open", finished_at__isnull=True, ending="")
                | (
                    models.Q(status="finished", finished_at__isnull=False, score__isnull=False, passed__isnull=False)
                    & ~models.Q(ending="")
                ),
                name="attempt_finished_is_marked",
            ),
            models.CheckConstraint(
                condition=models.Q(started_at__lt=models.F("deadline_at"))
                & (
                    models.Q(finished_at__isnull=True)
                    | models.Q(finished_at__gte=models.F("started_at"), finished_at__lte=models.F("deadline_at"))
                ),
                name="attempt_ends_in_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0, score__lte=100),
                name="attempt_score_0_to_100",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}/{self.number}"

    @property
    def is_open(self) -> bool:
        """Not finished yet, in time or not."""
        return self.status == self.Status.OPEN

    @property
    def closes_at(self) -> datetime:
        """The last moment at which an answer counts."""
        return self.deadline_at + grace()

    def is_overdue(self, now: datetime) -> bool:
        """Open, though its time, grace included, is over at `now`."""
        return self.is_open and self.closes_at < now


class Answer(models.Model):
    """One drawn question of an attempt: its snapshot in the order it was shown, the answer, the mark."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey("quizzes.Question", models.SET_NULL, null=True, related_name="+")
    # {"kind", "text", "explanation", "choices": [{"id": "a", "text", "correct"}, …]} in the shown order
    snapshot = models.JSONField()
    chosen = models.JSONField(default=list)  # ids of choices, e.g. ["b"]
    # The browser numbers its saves of one answer; a save with a lower number is an older one that came late.
    sequence = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    # What arrived after the end: kept and shown, never marked.
    late_chosen = models.JSONField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True)
    mark = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)

    class Meta:
        verbose_name = _("jawaban")
        verbose_name_plural = _("jawaban")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="answer_position_once"),
            models.CheckConstraint(
                condition=models.Q(mark__isnull=True) | models.Q(mark__gte=0, mark__lte=1), name="answer_mark_0_to_1"
            ),
            models.CheckConstraint(
                condition=models.Q(late_chosen__isnull=True, late_at__isnull=True)
                | models.Q(late_chosen__isnull=False, late_at__isnull=False),
                name="answer_late_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"

    @property
    def is_answered(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.chosen)

    @property
    def choice_ids(self) -> list[str]:
        """The ids of the choices in the shown order."""
        return [choice["id"] for choice in self.snapshot["choices"]]

    @property
    def correct_ids(self) -> list[str]:
        """The ids of the right choices, in the shown order. The key: never show it before the end."""
        return [choice["id"] for choice in self.snapshot["choices"] if choice["correct"]]

    @property
    def shown(self) -> dict[str, Any]:
        """The question as a member may see it during the attempt: without the key and the explanation."""
        return {
            "kind": self.snapshot["kind"],
            "text": self.snapshot["text"],
            "choices": [
                {"id": choice["id"], "text": choice["text"], "chosen": choice["id"] in self.chosen}
                for choice in self.snapshot["choices"]
            ],
        }
