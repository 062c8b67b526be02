"""The question bank: questions with their choices and explanations, and when a question may be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from regions.scope import Scope


class QuestionBankQuerySet(models.QuerySet["QuestionBank"]):
    """Filters over banks."""

    def within(self, scope: Scope) -> Self:
        """Banks of the regions in the scope."""
        return self.filter(scope.q("region__code"))


class QuestionBank(models.Model):  # type: ignore[django-manager-missing]  # modelcluster ships no types
    """Questions on one subject, owned by one region."""

    title = models.CharField(_("judul"), max_length=150)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("wilayah"))

    objects = QuestionBankQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank soal")
        verbose_name_plural = _("bank soal")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class ChoiceRule:
    """How many right and wrong choices a kind of question needs; None is no upper bound."""

    correct: tuple[int, int | None]
    wrong: tuple[int, int | None]

    def allows(self, correct: int, wrong: int) -> bool:
        """Whether a question with these counts can be asked."""
        return all(
            low <= count and (high is None or count <= high)
            for count, (low, high) in ((correct, self.correct), (wrong, self.wrong))
        )

    def q(self) -> Q:
        """The same rule over the annotations `n_correct` and `n_wrong`."""
        condition = Q(n_correct__gte=self.correct[0], n_wrong__gte=self.wrong[0])
        if self.correct[1] is not None:
            condition &= Q(n_correct__lte=self.correct[1])
        if self.wrong[1] is not None:
            condition &= Q(n_wrong__lte=self.wrong[1])
        return condition


class QuestionQuerySet(models.QuerySet["Question"]):
    """Filters over questions."""

    def within(self, scope: Scope) -> Self:
        """Questions of the banks in the scope."""
        return self.filter(scope.q("bank__region__code"))

    def ready(self) -> Self:
        """Questions in use whose choices make them answerable: what a quiz may draw."""
        valid = Q(pk__in=[])
        for kind, rule in CHOICE_RULES.items():
            valid |= Q(kind=kind) & rule.q()
        return (
            self.filter(is_active=True)
            .annotate(
                n_correct=Count("choices", filter=Q(choices__is_correct=True)),
                n_wrong=Count("choices", filter=Q(choices__is_correct=False)),
                n_choices=Count("choices"),
            )
            .filter(valid, n_choices__lte=CHOICE_LIMIT)
        )


class Question(ClusterableModel):
    """One question (butir soal); attempts hold a copy, so editing it changes only what is drawn later."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("satu jawaban benar")
        MULTIPLE = "multiple", _("beberapa jawaban benar")
        TRUE_FALSE = "true_false", _("benar/salah")

    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="questions", verbose_name=_("bank soal"))
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind, default=Kind.SINGLE)
    topic = models.CharField(_("topik"), max_length=80, blank=True)
    text = models.TextField(_("pertanyaan"))
    explanation = models.TextField(_("pembahasan"), blank=True)
    is_active = models.BooleanField(_("dipakai"), default=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("butir soal")
        verbose_name_plural = _("butir soal")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"


CHOICE_RULES: dict[str, ChoiceRule] = {
    Question.Kind.SINGLE: ChoiceRule(correct=(1, 1), wrong=(1, None)),
    Question.Kind.MULTIPLE: ChoiceRule(correct=(2, None), wrong=(1, None)),
    Question.Kind.TRUE_FALSE: ChoiceRule(correct=(1, 1), wrong=(1, 1)),
}
CHOICE_LIMIT = 8  # what a phone shows without getting lost
RULE_MESSAGES = {
    Question.Kind.SINGLE: _(
        "Soal dengan satu jawaban benar perlu sedikitnya dua pilihan, dan tepat satu di antaranya ditandai benar."
    ),
    Question.Kind.MULTIPLE: _(
        "Soal dengan beberapa jawaban benar perlu sedikitnya dua pilihan yang ditandai benar "
        "dan sedikitnya satu yang salah."
    ),
    Question.Kind.TRUE_FALSE: _(
        "Soal benar/salah perlu tepat dua pilihan, dan tepat satu di antaranya ditandai benar."
    ),
}


def choices_problem(*, kind: str, choices: Sequence[tuple[str, bool]]) -> str:
    """What keeps a question with these (text, is_correct) choices from being asked, in Indonesian; "" if nothing."""
    correct = sum(is_correct for _text, is_correct in choices)
    if not CHOICE_RULES[kind].allows(correct, len(choices) - correct):
        return str(RULE_MESSAGES[Question.Kind(kind)])
    if len(choices) > CHOICE_LIMIT:
        return str(_("Paling banyak %(limit)d pilihan untuk satu soal.") % {"limit": CHOICE_LIMIT})
    texts = [" ".join(text.split()).casefold() for text, _is_correct in choices]
    if len(set(texts)) < len(texts):
        return str(_("Ada dua pilihan dengan bunyi yang sama. Bedakan bunyinya atau hapus salah satu."))
    return ""


class Choice(models.Model):
    """One choice of a question."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(_("pilihan"), max_length=300)
    is_correct = models.BooleanField(_("benar"), default=False)
    sort_order = models.PositiveSmallIntegerField(default=0, editable=False)

    sort_order_field = "sort_order"  # modelcluster writes the order of the form into it

    class Meta:
        verbose_name = _("pilihan")
        verbose_name_plural = _("pilihan")
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.text
