"""The draw: which questions an attempt gets, in which order, as snapshots that later edits cannot reach."""

from collections.abc import Sequence
from secrets import SystemRandom
from string import ascii_lowercase
from typing import Any

from quizzes.models import Answer, Attempt, Question, Quiz

_random = SystemRandom()  # the operating system's randomness: a draw cannot be foretold from earlier ones


def draw_questions(quiz: Quiz) -> list[Question]:
    """As many ready questions of the quiz's bank as it draws, in a random order; fewer if the bank has fewer.

    Three queries, whatever the size of the bank.
    """
    ready = list(Question.objects.filter(bank_id=quiz.bank_id).ready().order_by().values_list("pk", flat=True))
    drawn = _random.sample(ready, min(quiz.draw, len(ready)))
    found = Question.objects.prefetch_related("choices").in_bulk(drawn)
    return [found[pk] for pk in drawn if pk in found]  # one may have been deleted meanwhile


def make_answers(*, attempt: Attempt, questions: Sequence[Question]) -> list[Answer]:
    """Unsaved, unanswered answers for the questions, positions counted from 1."""
    return [
        Answer(attempt=attempt, position=position, question=question, snapshot=_snapshot(question))
        for position, question in enumerate(questions, start=1)
    ]


def _snapshot(question: Question) -> dict[str, Any]:
    """The question as it will be shown and marked. Letters are given after the shuffle, so they tell nothing."""
    choices = list(question.choices.all())
    if question.kind != Question.Kind.TRUE_FALSE:
        _random.shuffle(choices)
    return {
        "kind": question.kind,
        "text": question.text,
        "explanation": question.explanation,
        "choices": [
            {"id": letter, "text": choice.text, "correct": choice.is_correct}
            for letter, choice in zip(ascii_lowercase, choices, strict=False)
        ],
    }
