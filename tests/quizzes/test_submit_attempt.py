"""The end: marked once, told once, never later than the deadline."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from quizzes import tasks
from quizzes.models import Answer, Attempt, Quiz
from quizzes.services import finish_if_overdue, finish_overdue, start_attempt, submit_attempt
from quizzes.signals import attempt_finished
from tests.cast import Cast
from tests.factories import MemberFactory, QuizFactory
from tests.quizzes.helpers import answer_all, let_time_pass, make_overdue


@pytest.fixture
def quiz(cast: Cast) -> Quiz:
    return QuizFactory(draw=3, pass_mark=60)


@pytest.fixture
def attempt(quiz: Quiz, cast: Cast) -> Attempt:
    return start_attempt(member=cast.member, quiz=quiz)


@pytest.fixture
def told() -> Iterator[list[UUID]]:
    """Ids of the attempts that the signal told about."""
    heard: list[UUID] = []

    def hear(*, attempt_id: UUID, **_: object) -> None:
        heard.append(attempt_id)

    attempt_finished.connect(hear)
    yield heard
    attempt_finished.disconnect(hear)


@pytest.mark.parametrize(
    ("right", "score", "passed"), [(3, "100", True), (2, "66.67", True), (1, "33.33", False), (0, "0", False)]
)
def test_marks_and_decides(attempt: Attempt, right: int, score: str, passed: bool):
    answer_all(attempt, right=right)
    finished = submit_attempt(attempt=attempt)
    assert (finished.score, finished.passed) == (Decimal(score), passed)
    assert (finished.status, finished.ending) == ("finished", "submitted")
    assert [answer.mark for answer in finished.answers.all()] == [1] * right + [0] * (3 - right)
    stored = Attempt.objects.get()
    assert (stored.score, stored.passed, stored.finished_at) == (Decimal(score), passed, finished.finished_at)


def test_unanswered_questions_are_wrong(attempt: Attempt):
    assert submit_attempt(attempt=attempt).score == 0


def test_tells_once_after_commit(attempt: Attempt, told: list[UUID], django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = submit_attempt(attempt=attempt)
        assert told == []
    assert told == [attempt.pk]
    with django_capture_on_commit_callbacks(execute=True):
        second = submit_attempt(attempt=attempt)
    assert told == [attempt.pk]
    assert (second.finished_at, second.score) == (first.finished_at, first.score)


def test_a_failing_receiver_does_not_lose_the_result(attempt: Attempt, django_capture_on_commit_callbacks):
    def fail(**_: object) -> None:
        raise ValueError("a receiver broke")

    attempt_finished.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            submit_attempt(attempt=attempt)
    finally:
        attempt_finished.disconnect(fail)
    assert Attempt.objects.get().status == "finished"


def test_within_the_grace_it_was_submitted_and_ended_at_the_deadline(attempt: Attempt):
    let_time_pass(attempt, seconds_after_deadline=2)
    finished = submit_attempt(attempt=attempt)
    assert (finished.ending, finished.finished_at) == ("submitted", attempt.deadline_at)


def test_a_submit_after_the_time_ends_it_at_its_deadline(attempt: Attempt):
    answer_all(attempt, right=3)
    make_overdue(attempt)
    finished = submit_attempt(attempt=attempt)
    assert (finished.ending, finished.finished_at) == ("time_up", attempt.deadline_at)
    assert finished.passed  # what was saved in time counts


def test_the_clock_finishes_what_nobody_submits(
    quiz: Quiz, attempt: Attempt, cast: Cast, told, django_capture_on_commit_callbacks
):
    answer_all(attempt, right=2)
    make_overdue(attempt)
    going_on = start_attempt(member=cast.other_member, quiz=quiz)
    with django_capture_on_commit_callbacks(execute=True):
        assert finish_overdue(now=timezone.now()) == (1, 0)
        assert finish_overdue(now=timezone.now()) == (0, 0)
    assert told == [attempt.pk]
    attempt.refresh_from_db()
    going_on.refresh_from_db()
    assert (attempt.ending, attempt.score, attempt.finished_at) == ("time_up", Decimal("66.67"), attempt.deadline_at)
    assert going_on.is_open


def test_the_clock_leaves_the_grace_alone(attempt: Attempt):
    let_time_pass(attempt, seconds_after_deadline=2)
    assert finish_overdue(now=timezone.now()) == (0, 0)
    assert finish_overdue(now=timezone.now() + timedelta(seconds=10)) == (1, 0)


def test_one_that_cannot_be_finished_keeps_no_other_from_it(quiz: Quiz, attempt: Attempt, cast: Cast):
    Answer.objects.filter(attempt=attempt, position=1).update(snapshot={})
    make_overdue(attempt)
    other = start_attempt(member=cast.other_member, quiz=quiz)
    make_overdue(other)
    assert finish_overdue(now=timezone.now()) == (1, 1)
    other.refresh_from_db()
    assert other.ending == "time_up"


def test_the_task_asks_the_clock(attempt: Attempt):
    make_overdue(attempt)
    assert tasks.finish_overdue() == 1


def test_finish_if_overdue_of_one_member(attempt: Attempt, cast: Cast):
    assert finish_if_overdue(member=cast.member) is None
    make_overdue(attempt)
    assert finish_if_overdue(member=cast.other_member) is None
    assert finish_if_overdue(member=cast.member) == attempt
    assert finish_if_overdue(member=cast.member) is None


def test_queries_do_not_grow_with_the_questions(cast: Cast, django_assert_num_queries):
    for draw, member in [(2, cast.member), (60, MemberFactory())]:
        attempt = start_attempt(member=member, quiz=QuizFactory(draw=draw, questions=60))
        with django_assert_num_queries(6):  # savepoint · attempt, locked · answers · their marks · attempt · release
            submit_attempt(attempt=attempt)


def refused(name: str, **changes: object) -> None:
    """The database itself refuses the change, by the constraint of that name."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Attempt.objects.update(**changes)


def test_the_database_wants_an_end_to_be_marked(attempt: Attempt):
    refused("attempt_finished_is_marked", status="finished")
    refused("attempt_finished_is_marked", finished_at=timezone.now())


def test_the_database_wants_the_end_within_the_time(attempt: Attempt):
    submit_attempt(attempt=attempt)
    refused("attempt_ends_in_its_time", finished_at=attempt.deadline_at + timedelta(seconds=1))
    refused("attempt_ends_in_its_time", finished_at=attempt.started_at - timedelta(seconds=1))
    refused("attempt_ends_in_its_time", deadline_at=attempt.started_at)


@pytest.mark.parametrize("score", [-1, 101])
def test_the_database_wants_a_score_of_0_to_100(attempt: Attempt, score: int):
    submit_attempt(attempt=attempt)
    refused("attempt_score_0_to_100", score=score)


def twin(attempt: Attempt, **changes: object) -> Attempt:
    """Another row for the same member and quiz."""
    values = {
        "quiz_id": attempt.quiz_id,
        "member_id": attempt.member_id,
        "number": attempt.number + 1,
        "pass_mark": 60,
        "started_at": attempt.started_at,
        "deadline_at": attempt.deadline_at,
    }
    return Attempt.objects.create(**values | changes)


def test_the_database_wants_one_open_attempt_a_member(attempt: Attempt):
    with pytest.raises(IntegrityError), transaction.atomic():
        twin(attempt)
    submit_attempt(attempt=attempt)
    twin(attempt)


def test_the_database_wants_each_number_once(attempt: Attempt):
    submit_attempt(attempt=attempt)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin(attempt, number=attempt.number)


def test_the_database_wants_sound_answers(attempt: Attempt):
    for name, changes in [
        ("answer_mark_0_to_1", {"mark": 2}),
        ("answer_late_has_its_time", {"late_at": timezone.now()}),
        ("answer_late_has_its_time", {"late_chosen": ["a"]}),
    ]:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Answer.objects.update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.update(position=1)


def test_the_database_wants_sane_rules(quiz: Quiz):
    for changes in ({"draw": 0}, {"minutes": 0}, {"max_attempts": 0}, {"pass_mark": 101}):
        with pytest.raises(IntegrityError, match="quiz_rules_sane"), transaction.atomic():
            Quiz.objects.update(**changes)
