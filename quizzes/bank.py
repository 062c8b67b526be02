"""The question bank: questions with their choices and explanations."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from regions.scope import Scope


class QuestionBankQuerySet(models.QuerySet["QuestionBank"]):
    """Filters over banks."""

    def within(self, scope: Scope) -> Self:
        """Banks of the regions in the scope."""
        return self.filter(scope.q("region__code"))


class QuestionBank(models.Model):
    """Questions on one subject, owned by one region."""

    title = models.CharField(_("judul"), max_length=150)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("wilayah"))

    objects = QuestionBankQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank soal")
        verbose_name_plural = _("bank soal")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Question(ClusterableModel):
    """One question (butir soal)."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("pilihan tunggal")
        MULTIPLE = "multiple", _("pilihan ganda (lebih dari satu benar)")
        TRUE_FALSE = "true_false", _("benar/salah")

    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="questions", verbose_name=_("bank soal"))
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind, default=Kind.SINGLE)
    topic = models.CharField(_("topik"), max_length=80, blank=True)
    text = models.TextField(_("pertanyaan"))
    explanation = models.TextField(_("pembahasan"), blank=True)
    is_active = models.BooleanField(_("dipakai"), default=True)

    class Meta:
        verbose_name = _("butir soal")
        verbose_name_plural = _("butir soal")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]


class Choice(models.Model):
    """One choice of a question."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(_("pilihan"), max_length=300)
    is_correct = models.BooleanField(_("benar"), default=False)
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("pilihan")
        verbose_name_plural = _("pilihan")
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.text
