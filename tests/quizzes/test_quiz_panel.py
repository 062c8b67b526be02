"""The panel that other rooms put on their pages."""

import re
from datetime import datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone

from quizzes.models import Attempt, Question, Quiz
from quizzes.services import start_attempt, submit_attempt
from tests.cast import Cast
from tests.factories import QuizFactory
from tests.quizzes.helpers import age, answer_all, make_overdue

START = '<form class="card__actions" method="post" action="/mulai/">'


@pytest.fixture
def quiz(cast: Cast) -> Quiz:
    return QuizFactory(title="Kuis akhir", draw=3, minutes=20, pass_mark=60, max_attempts=2)


def panel(cast: Cast, quiz: Quiz, start_url: str = "/mulai/", since: datetime | None = None) -> str:
    template = Template("{% load quizzes %}{% quiz_panel member quiz start_url=start_url since=since %}")
    context = {"member": cast.member, "quiz": quiz, "start_url": start_url, "since": since, "csrf_token": "rahasia"}
    return re.sub(r"\s+", " ", template.render(Context(context)))


def sit(cast: Cast, quiz: Quiz, right: int) -> Attempt:
    attempt = start_attempt(member=cast.member, quiz=quiz)
    answer_all(attempt, right=right)
    return submit_attempt(attempt=attempt)


def test_shows_the_rules_and_the_start(quiz: Quiz, cast: Cast):
    text = panel(cast, quiz)
    for rule in ("<dd>3</dd>", "<dd>20 menit</dd>", "<dd>60</dd>", "<dd>2 dari 2</dd>"):
        assert rule in text
    assert START in text
    assert "Mulai kuis" in text
    assert 'name="csrfmiddlewaretoken" value="rahasia"' in text


def test_without_an_address_there_is_no_start(quiz: Quiz, cast: Cast):
    assert "<form" not in panel(cast, quiz, start_url="")


def test_an_open_attempt_is_continued(quiz: Quiz, cast: Cast):
    attempt = start_attempt(member=cast.member, quiz=quiz)
    text = panel(cast, quiz)
    assert "Lanjutkan kuis" in text
    assert f'href="/kuis/{attempt.pk}/"' in text
    assert "WITA" in text
    assert "<form" not in text


def test_an_overdue_attempt_leads_to_its_result(quiz: Quiz, cast: Cast):
    make_overdue(start_attempt(member=cast.member, quiz=quiz))
    text = panel(cast, quiz)
    assert "Lihat hasil" in text
    assert "<form" not in text


def test_a_failed_attempt_is_listed_and_may_be_repeated(quiz: Quiz, cast: Cast):
    attempt = sit(cast, quiz, right=1)
    text = panel(cast, quiz)
    assert "Percobaan ke-1: belum lulus, nilai 33,33" in text
    assert f'href="/kuis/{attempt.pk}/hasil/"' in text
    assert "1 dari 2" in text
    assert "Coba lagi" in text


def test_a_passed_quiz_needs_no_start(quiz: Quiz, cast: Cast):
    sit(cast, quiz, right=3)
    text = panel(cast, quiz)
    assert "Percobaan ke-1: lulus, nilai 100" in text
    assert "<form" not in text


def test_a_pass_of_an_earlier_cycle_does_not_count_as_this_ones(quiz: Quiz, cast: Cast):
    age(sit(cast, quiz, right=3), days=200)
    text = panel(cast, quiz, since=timezone.now() - timedelta(days=10))
    assert "Percobaan" not in text
    assert START in text


def test_used_up_says_when_to_come_back(quiz: Quiz, cast: Cast):
    for _ in range(2):
        sit(cast, quiz, right=0)
    text = panel(cast, quiz)
    assert "<form" not in text
    assert re.search(r"Kesempatan baru dibuka \d+ \w+ \d{4} pukul \d\d\.\d\d WITA", text)
    Quiz.objects.update(retry_after_hours=0)
    quiz.refresh_from_db()
    assert "Hubungi pelatih" in panel(cast, quiz)


def test_another_open_quiz_comes_first(quiz: Quiz, cast: Cast):
    other = start_attempt(member=cast.member, quiz=QuizFactory(title="Kuis lain"))
    text = panel(cast, quiz)
    assert "Kuis lain" in text
    assert f'href="/kuis/{other.pk}/"' in text
    assert "<form" not in text
    make_overdue(other)
    assert START in panel(cast, quiz)


def test_a_bank_with_too_few_questions_is_not_offered(quiz: Quiz, cast: Cast):
    Question.objects.filter(pk__in=Question.objects.values("pk")[:3]).update(is_active=False)
    text = panel(cast, quiz)
    assert "masih disiapkan" in text
    assert "<form" not in text


def test_queries(quiz: Quiz, cast: Cast, django_assert_num_queries):
    for _ in range(2):
        age(sit(cast, quiz, right=0), days=2)
    with django_assert_num_queries(2):  # attempts with their quiz · questions that are ready
        panel(cast, quiz)
