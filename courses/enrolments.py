"""What members do with courses: enrolments, finished lessons and sittings of the final quiz."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Member


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Filters over enrolments."""

    def of(self, member: Member) -> Self:
        """One member's own enrolments."""
        return self.filter(member=member)

    def open(self) -> Self:
        """Enrolments whose final quiz is not passed yet."""
        return self.filter(finished_at__isnull=True)


class Enrolment(models.Model):
    """One member's way through one course, once; taking it again in a later period is a new row."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="enrolments")
    course = models.ForeignKey("courses.CoursePage", models.PROTECT, related_name="enrolments")
    started_at = models.DateTimeField(_("mulai"), default=timezone.now)
    finished_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    record = models.ForeignKey("training.TrainingRecord", models.PROTECT, null=True, blank=True, related_name="+")

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("keikutsertaan")
        verbose_name_plural = _("keikutsertaan")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "course"], condition=models.Q(finished_at__isnull=True), name="enrolment_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True, record__isnull=True)
                | models.Q(finished_at__gte=models.F("started_at"), record__isnull=False),
                name="enrolment_finished_is_recorded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}/{self.course_id}"


class LessonCompletion(models.Model):
    """A lesson that a member marked as done."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="completions")
    lesson = models.ForeignKey("courses.LessonPage", models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField(_("selesai"), default=timezone.now)

    class Meta:
        verbose_name = _("materi selesai")
        verbose_name_plural = _("materi selesai")
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_completed_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.lesson_id}"


class Sitting(models.Model):
    """Says which enrolment an attempt at a quiz belongs to: the quiz itself knows no course."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="sittings")
    attempt = models.OneToOneField("quizzes.Attempt", models.PROTECT, related_name="sitting")

    class Meta:
        verbose_name = _("pengerjaan kuis kursus")
        verbose_name_plural = _("pengerjaan kuis kursus")

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.attempt_id}"
