"""Starting: the draw, the limit, the one open attempt."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from quizzes.errors import AnotherAttemptOpen, AttemptsUsedUp, QuizNotReady
from quizzes.models import Answer, Attempt, Choice, Question, Quiz
from quizzes.services import start_attempt, submit_attempt
from tests.cast import Cast
from tests.factories import QuizFactory
from tests.quizzes.helpers import age, answer_all, make_overdue


@pytest.fixture
def quiz(cast: Cast) -> Quiz:
    return QuizFactory(draw=3, minutes=20, pass_mark=60)


def fail(quiz: Quiz, cast: Cast) -> Attempt:
    return submit_attempt(attempt=start_attempt(member=cast.member, quiz=quiz))


def test_draws_shuffles_and_copies(quiz: Quiz, cast: Cast):
    before = timezone.now()
    attempt = start_attempt(member=cast.member, quiz=quiz)
    assert (attempt.number, attempt.round, attempt.status, attempt.pass_mark) == (1, 1, "open", 60)
    assert attempt.started_at >= before
    assert attempt.deadline_at - attempt.started_at == timedelta(minutes=20)
    answers = list(attempt.answers.all())
    assert [answer.position for answer in answers] == [1, 2, 3]
    assert len({answer.question_id for answer in answers}) == 3
    for answer in answers:
        question = answer.question
        assert question is not None
        assert answer.snapshot["text"] == question.text
        assert answer.snapshot["explanation"] == question.explanation
        assert [c["id"] for c in answer.snapshot["choices"]] == ["a", "b", "c", "d"]
        shown = {(c["text"], c["correct"]) for c in answer.snapshot["choices"]}
        assert shown == set(question.choices.values_list("text", "is_correct"))
        assert answer.chosen == []


def test_the_draw_and_both_orders_change_from_attempt_to_attempt(cast: Cast):
    quiz = QuizFactory(draw=5, questions=20, max_attempts=20)
    seen_questions, seen_places = set(), set()
    for _ in range(8):
        attempt = start_attempt(member=cast.member, quiz=quiz)
        answers = list(attempt.answers.all())
        seen_questions.add(tuple(answer.question_id for answer in answers))
        seen_places.update(answer.correct_ids[0] for answer in answers)
        submit_attempt(attempt=attempt)
    assert len(seen_questions) == 8  # the same draw twice: 1 in 1.8 million
    assert len(seen_places) > 1  # the right one always in the same place: 1 in 4^39


def test_true_and_false_keep_their_order(cast: Cast):
    quiz = QuizFactory(draw=1, questions=1, max_attempts=20)
    Question.objects.update(kind=Question.Kind.TRUE_FALSE)
    Choice.objects.all().delete()
    question = Question.objects.get()
    for order, text in enumerate(["Benar", "Salah"]):
        Choice.objects.create(question=question, text=text, is_correct=order == 1, sort_order=order)
    for _ in range(12):
        attempt = start_attempt(member=cast.member, quiz=quiz)
        assert [c["text"] for c in attempt.answers.get().snapshot["choices"]] == ["Benar", "Salah"]
        submit_attempt(attempt=attempt)


def test_a_second_start_returns_the_open_one(quiz: Quiz, cast: Cast):
    first = start_attempt(member=cast.member, quiz=quiz)
    assert start_attempt(member=cast.member, quiz=quiz) == first
    assert Answer.objects.count() == 3


def test_members_do_not_stand_in_each_others_way(quiz: Quiz, cast: Cast):
    start_attempt(member=cast.member, quiz=quiz)
    assert start_attempt(member=cast.other_member, quiz=quiz).number == 1


def test_another_quiz_waits_until_the_open_one_ends(quiz: Quiz, cast: Cast):
    first = start_attempt(member=cast.member, quiz=quiz)
    with pytest.raises(AnotherAttemptOpen) as refusal:
        start_attempt(member=cast.member, quiz=QuizFactory(title="Lain"))
    assert refusal.value.attempt == first


def test_an_overdue_attempt_of_another_quiz_is_finished_first(quiz: Quiz, cast: Cast):
    first = start_attempt(member=cast.member, quiz=quiz)
    make_overdue(first)
    assert start_attempt(member=cast.member, quiz=QuizFactory(title="Lain")).is_open
    first.refresh_from_db()
    assert first.ending == Attempt.Ending.TIME_UP


def test_an_overdue_attempt_counts_and_the_next_one_is_new(quiz: Quiz, cast: Cast):
    first = start_attempt(member=cast.member, quiz=quiz)
    make_overdue(first)
    assert start_attempt(member=cast.member, quiz=quiz).number == 2


def test_an_overdue_last_attempt_stays_finished_though_the_start_is_refused(quiz: Quiz, cast: Cast):
    Quiz.objects.update(max_attempts=1)
    quiz.refresh_from_db()
    first = start_attempt(member=cast.member, quiz=quiz)
    make_overdue(first)
    with pytest.raises(AttemptsUsedUp):
        start_attempt(member=cast.member, quiz=quiz)
    first.refresh_from_db()
    assert first.status == Attempt.Status.FINISHED


def test_refuses_after_the_last_attempt_and_says_until_when(quiz: Quiz, cast: Cast):
    last = [fail(quiz, cast) for _ in range(3)][-1]
    with pytest.raises(AttemptsUsedUp) as refusal:
        start_attempt(member=cast.member, quiz=quiz)
    assert last.finished_at is not None
    assert refusal.value.opens_at == last.finished_at + timedelta(hours=24)
    assert "coba lagi" in str(refusal.value)


def test_a_new_round_opens_after_the_wait(quiz: Quiz, cast: Cast):
    for _ in range(3):
        age(fail(quiz, cast), hours=23.9)
    with pytest.raises(AttemptsUsedUp):
        start_attempt(member=cast.member, quiz=quiz)
    age(Attempt.objects.latest("number"), hours=0.2)
    attempt = start_attempt(member=cast.member, quiz=quiz)
    assert (attempt.number, attempt.round) == (4, 2)


def test_a_wait_of_zero_never_opens_another_round(quiz: Quiz, cast: Cast):
    quiz.retry_after_hours = 0
    quiz.save()
    for _ in range(3):
        age(fail(quiz, cast), days=400)
    with pytest.raises(AttemptsUsedUp) as refusal:
        start_attempt(member=cast.member, quiz=quiz)
    assert refusal.value.opens_at is None
    assert "pelatih" in str(refusal.value)


def test_a_pass_ends_the_round(quiz: Quiz, cast: Cast):
    for _ in range(2):
        fail(quiz, cast)
    attempt = start_attempt(member=cast.member, quiz=quiz)
    answer_all(attempt, right=3)
    assert submit_attempt(attempt=attempt).passed
    again = start_attempt(member=cast.member, quiz=quiz)
    assert (again.number, again.round) == (4, 2)


def break_question(question: Question, how: str) -> None:
    """Make the question one that cannot be asked."""
    first = question.choices.first()
    match how:
        case "inactive":
            Question.objects.filter(pk=question.pk).update(is_active=False)
        case "no key":
            question.choices.filter(is_correct=True).update(is_correct=False)
        case "two keys":
            Choice.objects.filter(question=question).update(is_correct=True)
        case "one choice":
            Choice.objects.filter(question=question).exclude(pk=first.pk).delete()
        case "multiple with one key":
            Question.objects.filter(pk=question.pk).update(kind=Question.Kind.MULTIPLE)
        case "true or false of four":
            Question.objects.filter(pk=question.pk).update(kind=Question.Kind.TRUE_FALSE)
        case "too many":
            Choice.objects.bulk_create(Choice(question=question, text=f"Lagi {i}") for i in range(6))


@pytest.mark.parametrize(
    "how",
    ["inactive", "no key", "two keys", "one choice", "multiple with one key", "true or false of four", "too many"],
)
def test_a_question_that_cannot_be_asked_is_not_drawn(how: str, cast: Cast):
    quiz = QuizFactory(draw=3, questions=3)
    start_attempt(member=cast.other_member, quiz=quiz)  # with three good ones it starts
    break_question(Question.objects.all()[1], how)
    with pytest.raises(QuizNotReady):
        start_attempt(member=cast.member, quiz=quiz)
    assert not Attempt.objects.of(cast.member).exists()


def test_editing_or_deleting_a_question_changes_no_attempt(quiz: Quiz, cast: Cast):
    attempt = start_attempt(member=cast.member, quiz=quiz)
    before = list(attempt.answers.values_list("snapshot", flat=True))
    Question.objects.update(text="Lain", explanation="Lain", is_active=False)
    Choice.objects.update(is_correct=False, text="Lain")
    answer_all(attempt, right=3)
    Question.objects.all().delete()
    finished = submit_attempt(attempt=attempt)
    assert list(attempt.answers.values_list("snapshot", flat=True)) == before
    assert finished.score == 100


def test_changing_the_rules_changes_no_attempt(quiz: Quiz, cast: Cast):
    attempt = start_attempt(member=cast.member, quiz=quiz)
    Quiz.objects.update(pass_mark=100, minutes=1, draw=5)
    answer_all(attempt, right=2)
    finished = submit_attempt(attempt=attempt)
    assert finished.passed
    assert finished.answers.count() == 3


def test_queries_do_not_grow_with_the_bank_or_the_draw(cast: Cast, django_assert_num_queries):
    for draw, questions, member in [(2, 3, cast.member), (20, 60, cast.other_member)]:
        quiz = QuizFactory(draw=draw, questions=questions)
        # overdue? · savepoint · open? · last · ids · questions · choices · attempt · answers · release
        with django_assert_num_queries(10):
            start_attempt(member=member, quiz=quiz)


def test_every_place_is_as_likely(cast: Cast):
    """The key falls on each of the four letters; a place that never came up in 240 draws: 4·0.75^240."""
    quiz = QuizFactory(draw=20, questions=20, max_attempts=20)
    places = []
    for _ in range(12):
        attempt = start_attempt(member=cast.member, quiz=quiz)
        places += itertools.chain.from_iterable(answer.correct_ids for answer in attempt.answers.all())
        submit_attempt(attempt=attempt)
    assert set(places) == {"a", "b", "c", "d"}
