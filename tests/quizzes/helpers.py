"""What the tests of this room do again and again."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from quizzes.models import Answer, Attempt
from quizzes.services import save_answer


def key_of(answer: Answer) -> list[str]:
    """The right choices of an answer."""
    return answer.correct_ids


def wrong_of(answer: Answer) -> list[str]:
    """One wrong choice of an answer."""
    return [letter for letter in answer.choice_ids if letter not in answer.correct_ids][:1]


def answer_all(attempt: Attempt, right: int) -> None:
    """Answer every question, the first `right` of them rightly."""
    for answer in attempt.answers.all():
        save_answer(
            attempt=attempt,
            position=answer.position,
            chosen=key_of(answer) if answer.position <= right else wrong_of(answer),
        )


def let_time_pass(attempt: Attempt, *, seconds_after_deadline: float) -> None:
    """Move the attempt back in time, so that its deadline was that many seconds ago."""
    shift = attempt.deadline_at - timezone.now() + timedelta(seconds=seconds_after_deadline)
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=F("started_at") - shift, deadline_at=F("deadline_at") - shift
    )
    attempt.refresh_from_db()


def make_overdue(attempt: Attempt) -> None:
    """Let the attempt's time, grace included, run out."""
    let_time_pass(attempt, seconds_after_deadline=settings.QUIZ_GRACE_SECONDS + 2)


def age(attempt: Attempt, **ago: float) -> None:
    """Move a finished attempt into the past, e.g. `hours=25`."""
    shift = timedelta(**ago)
    Attempt.objects.filter(pk=attempt.pk).update(
        started_at=F("started_at") - shift, deadline_at=F("deadline_at") - shift, finished_at=F("finished_at") - shift
    )
