"""What the room's pages show: the sheet of an open attempt, the result of a finished one, the panel of a quiz."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from members.models import Member
from quizzes.errors import AttemptsUsedUp
from quizzes.models import Answer, Attempt, Question, Quiz
from quizzes.rounds import Turn, next_turn


class Sheet:
    """The questions of an open attempt as the member may see them; nothing here holds the key."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.questions = [_question(answer) for answer in attempt.answers.all()]
        self.total = len(self.questions)
        self.unanswered = [q["position"] for q in self.questions if not q["answered"]]
        self.answered = self.total - len(self.unanswered)


def _question(answer: Answer) -> dict[str, Any]:
    return {
        "position": answer.position,
        "answered": answer.is_answered,
        "next_sequence": answer.sequence + 1,
        "several": answer.snapshot["kind"] == Question.Kind.MULTIPLE,
        **answer.shown,
    }


@dataclass(frozen=True)
class MarkedChoice:
    """A choice after the end."""

    text: str
    chosen: bool
    correct: bool


class MarkedAnswer:
    """A question after the end: own answer, right answer, explanation, and what came too late."""

    def __init__(self, answer: Answer) -> None:
        self.position = answer.position
        self.text = answer.snapshot["text"]
        self.explanation = answer.snapshot["explanation"]
        self.is_right = answer.mark == 1
        self.is_answered = answer.is_answered
        self.choices = [MarkedChoice(c["text"], c["id"] in answer.chosen, c["correct"]) for c in self._choices(answer)]
        self.late_at = answer.late_at
        self.late_texts = [c["text"] for c in self._choices(answer) if c["id"] in (answer.late_chosen or [])]

    @staticmethod
    def _choices(answer: Answer) -> list[dict[str, Any]]:
        choices: list[dict[str, Any]] = answer.snapshot["choices"]
        return choices


class Result:
    """A finished attempt with every answer marked, and what comes after it."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        mine = Attempt.objects.filter(member_id=attempt.member_id, quiz_id=attempt.quiz_id)
        sittings = list(mine.exclude(finished_at=None))
        self.turn = turn_or_refusal(quiz=attempt.quiz, attempts=sittings, now=timezone.now())
        self.passed_later = any(sitting.passed and sitting.number > attempt.number for sitting in sittings)
        self.answers = [MarkedAnswer(answer) for answer in attempt.answers.all()]
        self.total = len(self.answers)
        self.right = sum(answer.is_right for answer in self.answers)
        self.late = [answer for answer in self.answers if answer.late_at]


class Panel:
    """A quiz as one member meets it: the rules, their attempts, and what they may do now.

    `since` leaves earlier attempts out of sight and out of the verdict, though not out of the count of a round.
    """

    def __init__(self, *, member: Member, quiz: Quiz, since: datetime | None = None) -> None:
        self.quiz, self.now = quiz, timezone.now()
        mine = Attempt.objects.of(member).filter(Q(quiz=quiz) | Q(status=Attempt.Status.OPEN))
        self.all = list(mine.select_related("quiz").order_by("number"))
        own = [attempt for attempt in self.all if attempt.quiz_id == quiz.pk]
        self.finished = [attempt for attempt in own if not attempt.is_open]
        self.shown = [attempt for attempt in self.finished if since is None or attempt.started_at >= since]
        self.open = next((attempt for attempt in own if attempt.is_open), None)

    @property
    def is_overdue(self) -> bool:
        """The time of the open attempt is over; opening it shows the result."""
        return self.open is not None and self.open.is_overdue(self.now)

    @property
    def elsewhere(self) -> Attempt | None:
        """An open attempt of another quiz that still has time."""
        others = (attempt for attempt in self.all if attempt.quiz_id != self.quiz.pk)
        return next((attempt for attempt in others if not attempt.is_overdue(self.now)), None)

    @property
    def passed(self) -> bool:
        """Whether one of the attempts in sight passed."""
        return any(attempt.passed for attempt in self.shown)

    @property
    def best(self) -> Decimal | None:
        """The highest score in sight."""
        return max((attempt.score for attempt in self.shown if attempt.score is not None), default=None)

    @cached_property
    def turn(self) -> Turn | AttemptsUsedUp:
        """The next attempt, or why there is none now."""
        return turn_or_refusal(quiz=self.quiz, attempts=self.finished, now=self.now)

    @property
    def left(self) -> int:
        """Attempts left now."""
        return self.turn.left if isinstance(self.turn, Turn) else 0

    @property
    def opens_at(self) -> datetime | None:
        """When the next round opens, where none is open and one will."""
        return self.turn.opens_at if isinstance(self.turn, AttemptsUsedUp) else None

    @cached_property
    def is_ready(self) -> bool:
        """Whether the bank has enough questions for the draw. One query."""
        return self.quiz.is_startable


def startable_by(member: Member, quizzes: Collection[Quiz]) -> set[int]:
    """The ids of those quizzes that would start now: enough questions, and a try is left. Two queries, or none."""
    if not quizzes:
        return set()
    ready = set(Quiz.objects.filter(pk__in=[quiz.pk for quiz in quizzes]).startable().values_list("pk", flat=True))
    attempts: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in Attempt.objects.of(member).filter(quiz__in=ready).exclude(finished_at=None):
        attempts[attempt.quiz_id].append(attempt)
    now = timezone.now()
    turns = {quiz.pk: turn_or_refusal(quiz=quiz, attempts=attempts[quiz.pk], now=now) for quiz in quizzes}
    return {pk for pk in ready if isinstance(turns[pk], Turn)}


def turn_or_refusal(*, quiz: Quiz, attempts: Sequence[Attempt], now: datetime) -> Turn | AttemptsUsedUp:
    """`next_turn`, with the refusal as a value."""
    try:
        return next_turn(quiz=quiz, attempts=attempts, now=now)
    except AttemptsUsedUp as refusal:
        return refusal
