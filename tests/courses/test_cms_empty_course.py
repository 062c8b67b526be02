"""Publishing a course that nobody can begin: allowed, for trainers write step by step, but said at once."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import CoursePage
from quizzes.models import Quiz
from tests.cast import Cast
from tests.courses.helpers import COURSE_FORM
from tests.factories import QuizFactory, make_course, make_lesson

WARNING = "belum dapat dimulai anggota"


@pytest.fixture
def trainer(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.trainer)
    return client


@pytest.fixture
def quiz() -> Quiz:
    return QuizFactory()


def said(client: Client) -> list[str]:
    """The messages on the next page, with their level."""
    messages = client.get("/cms/").context["messages"]
    return [f"{message.level_tag}: {message}" for message in messages if WARNING in str(message)]


@pytest.mark.parametrize("with_quiz", [True, False])
def test_a_course_published_without_lessons_or_quiz_is_said_to_wait(trainer: Client, quiz: Quiz, with_quiz: bool):
    shelf = make_course().shelf
    data = COURSE_FORM | {"action-publish": "1"} | ({"quiz": quiz.pk} if with_quiz else {})
    trainer.post(reverse("wagtailadmin_pages:add", args=["courses", "coursepage", shelf.pk]), data)
    assert CoursePage.objects.get(slug=COURSE_FORM["slug"]).live
    missing = "materi yang terbit" if with_quiz else "kuis akhir"
    assert said(trainer) == [
        f"warning: “Kursus baru” sudah terbit, tetapi belum dapat dimulai anggota: belum ada {missing}."
    ]


def test_a_whole_course_and_a_draft_are_not(trainer: Client, quiz: Quiz):
    course = make_course(lessons=0, quiz=quiz, live=False)
    address = reverse("wagtailadmin_pages:edit", args=[course.pk])
    trainer.post(address, COURSE_FORM | {"quiz": quiz.pk})
    assert said(trainer) == []
    make_lesson(course)
    trainer.post(address, COURSE_FORM | {"quiz": quiz.pk, "action-publish": "1"})
    assert CoursePage.objects.get(pk=course.pk).live
    assert said(trainer) == []


def test_many_published_at_once_are_said_one_by_one(trainer: Client):
    courses = [make_course(f"Kursus {n}", lessons=n, live=False) for n in (0, 1)]
    query = "&".join(f"id={course.pk}" for course in courses)
    trainer.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?{query}&next=/cms/")
    assert CoursePage.objects.live().count() == 2
    (only,) = said(trainer)
    assert "Kursus 0" in only
