"""Saving answer by answer: the server's clock, old posts that come late, what arrives after the end."""

import pytest
from django.utils import timezone

from quizzes.errors import AttemptClosed, BadChoice, StaleAnswer, TimeUp
from quizzes.models import Answer, Attempt, Question, Quiz
from quizzes.services import save_answer, start_attempt, submit_attempt
from tests.cast import Cast
from tests.factories import QuizFactory
from tests.quizzes.helpers import let_time_pass, make_overdue


@pytest.fixture
def attempt(cast: Cast) -> Attempt:
    return start_attempt(member=cast.member, quiz=QuizFactory())


def stored(attempt: Attempt, position: int = 1) -> Answer:
    return Answer.objects.get(attempt=attempt, position=position)


def test_keeps_the_choice_and_the_servers_time(attempt: Attempt):
    before = timezone.now()
    save_answer(attempt=attempt, position=2, chosen=["b"])
    answer = stored(attempt, 2)
    assert answer.chosen == ["b"]
    assert answer.saved_at is not None
    assert answer.saved_at >= before
    assert stored(attempt, 1).chosen == []


def test_the_last_write_wins(attempt: Attempt):
    save_answer(attempt=attempt, position=1, chosen=["a"])
    save_answer(attempt=attempt, position=1, chosen=["c"])
    assert stored(attempt).chosen == ["c"]


def test_an_answer_can_be_taken_back(attempt: Attempt):
    save_answer(attempt=attempt, position=1, chosen=["a"])
    save_answer(attempt=attempt, position=1, chosen=[])
    assert not stored(attempt).is_answered


def test_an_older_post_that_comes_late_does_not_overwrite(attempt: Attempt):
    save_answer(attempt=attempt, position=1, chosen=["b"], sequence=6)
    with pytest.raises(StaleAnswer) as refusal:
        save_answer(attempt=attempt, position=1, chosen=["a"], sequence=5)
    assert refusal.value.answer.chosen == ["b"]
    assert (stored(attempt).chosen, stored(attempt).sequence) == (["b"], 6)


def test_a_repeated_post_is_acknowledged_and_writes_nothing(attempt: Attempt):
    first = save_answer(attempt=attempt, position=1, chosen=["b"], sequence=1)
    again = save_answer(attempt=attempt, position=1, chosen=["b"], sequence=1)
    assert again.saved_at == first.saved_at


def test_an_old_post_with_the_stored_choice_is_no_conflict(attempt: Attempt):
    save_answer(attempt=attempt, position=1, chosen=["b"], sequence=6)
    assert save_answer(attempt=attempt, position=1, chosen=["b"], sequence=5).sequence == 6


@pytest.mark.parametrize("chosen", [["x"], ["a", "b"], ["a", "a"], ["A"], [""], ["a", "x"]])
def test_refuses_what_is_no_choice_of_the_question(attempt: Attempt, chosen: list[str]):
    with pytest.raises(BadChoice):
        save_answer(attempt=attempt, position=1, chosen=chosen)
    assert stored(attempt).chosen == []


@pytest.mark.parametrize("position", [0, 4, 99])
def test_refuses_a_question_that_was_not_drawn(attempt: Attempt, position: int):
    with pytest.raises(BadChoice):
        save_answer(attempt=attempt, position=position, chosen=["a"])


def test_several_choices_only_where_several_may_be_right(cast: Cast):
    quiz: Quiz = QuizFactory()
    Question.objects.update(kind=Question.Kind.MULTIPLE)
    for question in Question.objects.all():
        question.choices.filter(sort_order=1).update(is_correct=True)
    attempt = start_attempt(member=cast.member, quiz=quiz)
    save_answer(attempt=attempt, position=1, chosen=["a", "d"])
    assert stored(attempt).chosen == ["a", "d"]
    with pytest.raises(BadChoice):
        save_answer(attempt=attempt, position=1, chosen=["a", "a"])


def test_the_grace_lets_an_answer_in_that_was_under_way(attempt: Attempt):
    let_time_pass(attempt, seconds_after_deadline=2)
    save_answer(attempt=attempt, position=1, chosen=["b"])
    assert stored(attempt).chosen == ["b"]


def test_after_the_grace_the_answer_is_kept_but_not_as_the_answer(attempt: Attempt):
    save_answer(attempt=attempt, position=1, chosen=["a"])
    make_overdue(attempt)
    with pytest.raises(TimeUp):
        save_answer(attempt=attempt, position=1, chosen=["b"])
    answer = stored(attempt)
    assert (answer.chosen, answer.late_chosen) == (["a"], ["b"])
    assert answer.late_at is not None


def test_after_time_ran_out_and_the_clock_job_came(attempt: Attempt):
    make_overdue(attempt)
    submit_attempt(attempt=attempt)
    with pytest.raises(TimeUp):
        save_answer(attempt=attempt, position=1, chosen=["b"])
    assert stored(attempt).late_chosen == ["b"]


def test_after_the_submit_the_answer_is_kept_as_late_and_the_mark_stays(attempt: Attempt):
    finished = submit_attempt(attempt=attempt)
    with pytest.raises(AttemptClosed):
        save_answer(attempt=attempt, position=1, chosen=stored(attempt).correct_ids)
    answer = stored(attempt)
    assert (answer.chosen, answer.late_chosen, answer.mark) == ([], answer.correct_ids, 0)
    attempt.refresh_from_db()
    assert attempt.score == finished.score == 0


def test_a_retry_of_a_saved_answer_is_acknowledged_after_the_end(attempt: Attempt):
    save_answer(attempt=attempt, position=1, chosen=["b"], sequence=3)
    submit_attempt(attempt=attempt)
    assert save_answer(attempt=attempt, position=1, chosen=["b"], sequence=3).chosen == ["b"]
    assert stored(attempt).late_at is None


def test_queries(attempt: Attempt, django_assert_num_queries):
    with django_assert_num_queries(5):  # savepoint · attempt, locked · answer · update · release
        save_answer(attempt=attempt, position=1, chosen=["b"])
