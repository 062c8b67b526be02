"""A quiz: how many questions are drawn from which bank, and under what rules."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.bank import Question
from regions.scope import Scope


class CountOf(models.Subquery):
    """How many rows a query finds that is grouped already: Django would count within its groups."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


class QuizQuerySet(models.QuerySet["Quiz"]):
    """Filters over quizzes."""

    def within(self, scope: Scope) -> Self:
        """Quizzes over the banks in the scope: a quiz belongs to its bank's region."""
        return self.filter(scope.q("bank__region__code"))

    def with_ready(self) -> Self:
        """With `n_ready`, how many questions their banks can offer."""
        ready = Question.objects.ready().filter(bank=models.OuterRef("bank")).order_by()
        return self.annotate(n_ready=CountOf(ready.values("pk")))

    def startable(self) -> Self:
        """Quizzes whose banks have enough questions for the draw."""
        return self.with_ready().filter(n_ready__gte=models.F("draw"))


class Quiz(models.Model):
    """The rules of one quiz; a course points at it, it knows no course."""

    title = models.CharField(_("judul"), max_length=200)
    bank = models.ForeignKey(
        "quizzes.QuestionBank", models.PROTECT, related_name="quizzes", verbose_name=_("bank soal")
    )
    draw = models.PositiveSmallIntegerField(
        _("jumlah soal yang diundi"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("nilai ambang"), default=70, validators=[MaxValueValidator(100)], help_text=_("0–100")
    )
    minutes = models.PositiveSmallIntegerField(
        _("batas waktu (menit)"), default=20, validators=[MinValueValidator(1), MaxValueValidator(300)]
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("kesempatan"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    retry_after_hours = models.PositiveSmallIntegerField(
        _("kesempatan baru setelah (jam)"),
        default=24,
        validators=[MaxValueValidator(24 * 365)],
        help_text=_("Setelah semua kesempatan terpakai tanpa lulus. 0: tidak dibuka lagi."),
    )

    objects = QuizQuerySet.as_manager()

    class Meta:
        verbose_name = _("kuis")
        verbose_name_plural = _("kuis")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(draw__gte=1, minutes__gte=1, max_attempts__gte=1, pass_mark__lte=100),
                name="quiz_rules_sane",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ready_count(self) -> int:
        """How many questions its bank can offer. One query."""
        return Question.objects.filter(bank_id=self.bank_id).ready().count()

    @property
    def is_startable(self) -> bool:
        """Whether those are enough for the draw. One query."""
        return self.ready_count >= self.draw
