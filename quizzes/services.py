"""Writes of the room: starting an attempt, saving an answer, finishing and marking.

The server's clock, draw and marks decide; whatever two tabs or two devices do at once, the constraints on `Attempt`
and the lock on its row leave one outcome.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from members.models import Member
from quizzes.drawing import draw_questions, make_answers
from quizzes.errors import (
    AnotherAttemptOpen,
    AttemptClosed,
    BadChoice,
    QuizNotReady,
    QuizRefusal,
    StaleAnswer,
    TimeUp,
)
from quizzes.marking import has_passed, mark_answer, score_of
from quizzes.models import Answer, Attempt, Question, Quiz
from quizzes.rounds import next_turn
from quizzes.signals import attempt_finished

logger = logging.getLogger("akademi.quizzes")

_TRIES = 4  # each lost race leaves an open attempt or a higher number behind, so a second look decides


def start_attempt(*, member: Member, quiz: Quiz, return_path: str = "") -> Attempt:
    """The member's open attempt of this quiz, or a new one with freshly drawn questions.

    An overdue open attempt, of whatever quiz, is finished first. Raises AnotherAttemptOpen, AttemptsUsedUp and
    QuizNotReady. A pass does not close the quiz: who may sit it again is the caller's rule. `return_path` is the local
    path that the result leads back to.
    """
    finish_if_overdue(member=member)
    for _lost in range(_TRIES):
        try:
            return _open_or_create(member, quiz, return_path)
        except IntegrityError:
            continue  # somebody else started at the same moment: look again
    return _open_or_create(member, quiz, return_path)


@transaction.atomic
def _open_or_create(member: Member, quiz: Quiz, return_path: str) -> Attempt:
    going_on = Attempt.objects.of(member).open().first()
    if going_on and going_on.quiz_id == quiz.pk:
        return going_on
    if going_on:
        raise AnotherAttemptOpen(going_on)
    now = timezone.now()
    turn = next_turn(quiz=quiz, attempts=list(Attempt.objects.of(member).filter(quiz=quiz)), now=now)
    questions = draw_questions(quiz)
    if len(questions) < quiz.draw:
        raise QuizNotReady
    attempt = Attempt.objects.create(
        quiz=quiz,
        member=member,
        number=turn.number,
        round=turn.round,
        pass_mark=quiz.pass_mark,
        started_at=now,
        deadline_at=now + timedelta(minutes=quiz.minutes),
        return_path=return_path,
    )
    Answer.objects.bulk_create(make_answers(attempt=attempt, questions=questions))
    return attempt


def save_answer(*, attempt: Attempt, position: int, chosen: Sequence[str], sequence: int | None = None) -> Answer:
    """Store what the member chose for one question; the last write wins, an empty list takes the answer back.

    `sequence` numbers the saves of one answer at their origin: a lower number than the stored one is an older save that
    came late (StaleAnswer). None is always newest. A repeated save is acknowledged, also after the end.
    Raises BadChoice; after the end TimeUp or AttemptClosed, and then the answer is kept as late, not marked.
    """
    answer, refusal = _store(attempt, position, list(chosen), sequence)
    if refusal:
        raise refusal
    return answer


@transaction.atomic
def _store(
    attempt: Attempt, position: int, chosen: list[str], sequence: int | None
) -> tuple[Answer, QuizRefusal | None]:
    """Save under the attempt's lock; a refusal is returned, so that what it keeps is committed."""
    current = Attempt.objects.select_for_update().get(pk=attempt.pk)
    answer = Answer.objects.filter(attempt=current, position=position).first()
    if answer is None:
        raise BadChoice
    _check_choice(answer, chosen)
    if sequence is None:
        sequence = answer.sequence + 1
    now = timezone.now()
    is_over = not current.is_open or now > current.closes_at
    if sorted(chosen) == sorted(answer.chosen) and (is_over or sequence <= answer.sequence):
        return answer, None
    if sequence < answer.sequence:
        return answer, StaleAnswer(answer)
    if is_over:
        answer.late_chosen, answer.late_at = chosen, now
        answer.save(update_fields=["late_chosen", "late_at"])
        ran_out = current.is_open or current.ending == Attempt.Ending.TIME_UP
        return answer, TimeUp() if ran_out else AttemptClosed()
    answer.chosen, answer.sequence, answer.saved_at = chosen, sequence, now
    answer.save(update_fields=["chosen", "sequence", "saved_at"])
    return answer, None


def _check_choice(answer: Answer, chosen: list[str]) -> None:
    limit = len(answer.choice_ids) if answer.snapshot["kind"] == Question.Kind.MULTIPLE else 1
    if len(chosen) > limit or len(set(chosen)) < len(chosen) or not set(chosen) <= set(answer.choice_ids):
        raise BadChoice


def submit_attempt(*, attempt: Attempt) -> Attempt:
    """Finish and mark the attempt; a second call returns the finished one and tells nobody again."""
    return _finish(attempt.pk, now=timezone.now())[0]


def finish_if_overdue(*, member: Member) -> Attempt | None:
    """Finish the member's open attempt if its time is over; returns it then."""
    now = timezone.now()
    attempt = Attempt.objects.of(member).overdue(now).first()
    return _finish(attempt.pk, now=now)[0] if attempt else None


def finish_overdue(*, now: datetime) -> tuple[int, int]:
    """Finish every attempt whose time, grace included, is over at `now`. Safe to run twice.

    One that cannot be finished is logged and leaves the others alone. Returns how many were finished and how many
    are left.
    """
    finished = left = 0
    for pk in list(Attempt.objects.overdue(now).order_by("deadline_at").values_list("pk", flat=True)):
        try:
            finished += _finish(pk, now=now)[1]
        except Exception:
            logger.exception("an overdue attempt could not be finished")
            left += 1
    return finished, left


@transaction.atomic
def _finish(pk: UUID, *, now: datetime) -> tuple[Attempt, bool]:
    """Mark under the attempt's lock and close it, no later than the deadline; tells whether this call did it."""
    attempt = Attempt.objects.select_for_update().get(pk=pk)
    if not attempt.is_open:
        return attempt, False
    answers = list(attempt.answers.all())
    for answer in answers:
        answer.mark = mark_answer(chosen=answer.chosen, correct=answer.correct_ids)
    Answer.objects.bulk_update(answers, ["mark"])
    attempt.score = score_of([answer.mark for answer in answers if answer.mark is not None])
    attempt.passed = has_passed(score=attempt.score, pass_mark=attempt.pass_mark)
    attempt.status = Attempt.Status.FINISHED
    attempt.ending = Attempt.Ending.TIME_UP if now > attempt.closes_at else Attempt.Ending.SUBMITTED
    attempt.finished_at = max(attempt.started_at, min(now, attempt.deadline_at))
    attempt.save(update_fields=["score", "passed", "status", "ending", "finished_at"])
    transaction.on_commit(lambda: attempt_finished.send(sender=Attempt, attempt_id=attempt.pk), robust=True)
    return attempt, True
