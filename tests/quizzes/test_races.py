"""Many at once, with real threads on whichever database the suite runs on."""

from functools import partial
from uuid import UUID

import pytest
from django.utils import timezone

from quizzes.errors import AnotherAttemptOpen, AttemptClosed, StaleAnswer
from quizzes.models import Answer, Attempt
from quizzes.services import finish_overdue, save_answer, start_attempt, submit_attempt
from quizzes.signals import attempt_finished
from tests.cast import Cast, make_cast
from tests.factories import QuizFactory
from tests.quizzes.helpers import answer_all, make_overdue
from tests.races import at_once
from tests.training.conftest import open_halves

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("books_in_order")]


@pytest.fixture
def people(transactional_db: None) -> Cast:
    cast = make_cast()
    open_halves()
    return cast


def test_fifty_starts_at_once_make_one_attempt(people: Cast):
    quiz = QuizFactory()
    found = at_once(*[partial(start_attempt, member=people.member, quiz=quiz)] * 50)
    attempt = Attempt.objects.get()
    assert {result.pk for result in found} == {attempt.pk}
    assert Answer.objects.count() == quiz.draw


def test_starts_of_two_quizzes_at_once_make_one_attempt(people: Cast):
    quizzes = [QuizFactory(), QuizFactory()]
    starts = [partial(start_attempt, member=people.member, quiz=quizzes[i % 2]) for i in range(20)]
    found = at_once(*starts, refusals=AnotherAttemptOpen)
    attempt = Attempt.objects.get()
    for i, result in enumerate(found):
        if quizzes[i % 2].pk == attempt.quiz_id:
            assert result == attempt
        else:
            assert isinstance(result, AnotherAttemptOpen)


def test_starts_at_once_after_the_time_ran_out_use_one_attempt(people: Cast):
    quiz = QuizFactory()
    first = start_attempt(member=people.member, quiz=quiz)
    make_overdue(first)
    at_once(*[partial(start_attempt, member=people.member, quiz=quiz)] * 12)
    assert list(Attempt.objects.order_by("number").values_list("number", "status")) == [(1, "finished"), (2, "open")]


def test_two_submits_of_one_attempt_mark_and_tell_once(people: Cast):
    told: list[UUID] = []

    def hear(*, attempt_id: UUID, **_: object) -> None:
        told.append(attempt_id)

    attempt = start_attempt(member=people.member, quiz=QuizFactory(draw=3))
    answer_all(attempt, right=2)
    attempt_finished.connect(hear)
    try:
        found = at_once(*[partial(submit_attempt, attempt=attempt)] * 8)
    finally:
        attempt_finished.disconnect(hear)
    attempt.refresh_from_db()
    assert told == [attempt.pk]
    assert [(result.score, result.finished_at) for result in found] == [(attempt.score, attempt.finished_at)] * 8


def test_the_clock_and_the_member_finish_at_once(people: Cast):
    attempt = start_attempt(member=people.member, quiz=QuizFactory(draw=3))
    make_overdue(attempt)
    now = timezone.now()
    at_once(*[partial(finish_overdue, now=now)] * 3, *[partial(submit_attempt, attempt=attempt)] * 3)
    assert Attempt.objects.get().ending == "time_up"


def test_saves_of_one_answer_at_once_leave_the_highest_number(people: Cast):
    attempt = start_attempt(member=people.member, quiz=QuizFactory())
    letters = "abcd"
    save = partial(save_answer, attempt=attempt, position=1)
    saves = [partial(save, chosen=[letters[n % 4]], sequence=n) for n in range(1, 21)]
    found = at_once(*saves, refusals=StaleAnswer)
    assert all(isinstance(result, Answer | StaleAnswer) for result in found)
    answer = Answer.objects.get(attempt=attempt, position=1)
    assert (answer.sequence, answer.chosen) == (20, ["a"])


def test_answers_and_the_submit_at_once_are_marked_or_kept_as_late(people: Cast):
    """Each answer is either acknowledged and marked, or refused and kept as late; never acknowledged and lost."""
    attempt = start_attempt(member=people.member, quiz=QuizFactory(draw=10, questions=10))
    answers = list(attempt.answers.all())
    saves = [partial(save_answer, attempt=attempt, position=a.position, chosen=a.correct_ids) for a in answers]
    found = at_once(*saves[:5], partial(submit_attempt, attempt=attempt), *saves[5:], refusals=AttemptClosed)
    results = [result for result in found if isinstance(result, Answer | AttemptClosed)]
    assert len(results) == 10
    for result, answer in zip(results, attempt.answers.all(), strict=True):
        if isinstance(result, AttemptClosed):
            assert (answer.late_chosen, answer.mark) == (answer.correct_ids, 0)
        else:
            assert (answer.chosen, answer.mark) == (answer.correct_ids, 1)
    attempt.refresh_from_db()
    assert attempt.score == 10 * sum(isinstance(result, Answer) for result in results)
