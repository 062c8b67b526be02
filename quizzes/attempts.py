"""Attempts: what was drawn for whom, what they answered and how it was marked."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Member


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Filters over attempts."""

    def of(self, member: Member) -> Self:
        """One member's own attempts."""
        return self.filter(member=member)


class Attempt(models.Model):
    """One sitting of a quiz by a member; the server decides its questions, its clock and its marks."""

    class Status(models.TextChoices):
        OPEN = "open", _("sedang dikerjakan")
        FINISHED = "finished", _("selesai")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    quiz = models.ForeignKey("quizzes.Quiz", models.PROTECT, related_name="attempts")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("kesempatan ke"))
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    pass_mark = models.PositiveSmallIntegerField(_("nilai ambang"))
    started_at = models.DateTimeField(_("mulai"))
    deadline_at = models.DateTimeField(_("batas waktu"))
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    score = models.DecimalField(_("nilai"), max_digits=5, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(_("lulus"), null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("pengerjaan kuis")
        verbose_name_plural = _("pengerjaan kuis")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(status="open"), name="attempt_one_open_a_member"
            ),
            models.UniqueConstraint(fields=["member", "quiz", "number"], name="attempt_number_once"),
            models.CheckConstraint(
                condition=models.Q(status="open", finished_at__isnull=True)
                | models.Q(status="finished", finished_at__isnull=False, score__isnull=False, passed__isnull=False),
                name="attempt_finished_is_marked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}/{self.number}"


class Answer(models.Model):
    """One drawn question of an attempt: its snapshot in the order it was shown, the answer, the mark."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey("quizzes.Question", models.SET_NULL, null=True, related_name="+")
    # {"kind", "text", "explanation", "choices": [{"id": "a", "text", "correct"}, …]} in the shown order
    snapshot = models.JSONField()
    chosen = models.JSONField(default=list)  # ids of choices, e.g. ["b"]
    saved_at = models.DateTimeField(null=True, blank=True)
    mark = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)

    class Meta:
        verbose_name = _("jawaban")
        verbose_name_plural = _("jawaban")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="answer_position_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"
