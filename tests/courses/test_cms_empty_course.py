"""What a trainer reads after publishing: where to look at it, and what a course still lacks; that is allowed, for
trainers write step by step.
"""

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import CoursePage, LessonPage
from quizzes.models import Quiz
from tests.cast import Cast
from tests.courses.helpers import COURSE_FORM, LESSON_FORM
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


def said(client: Client, words: str = WARNING) -> list[str]:
    """The messages on the next page, with their level, in one line each."""
    messages = [(message.level_tag, unescape(str(message))) for message in client.get("/cms/").context["messages"]]
    return [f"{level}: {' '.join(text.split())}" for level, text in messages if words in text]


@pytest.mark.parametrize("with_quiz", [True, False])
def test_a_course_published_without_lessons_or_quiz_is_said_to_wait(trainer: Client, quiz: Quiz, with_quiz: bool):
    shelf = make_course().shelf
    data = COURSE_FORM | {"action-publish": "1"} | ({"quiz": quiz.pk} if with_quiz else {})
    trainer.post(reverse("wagtailadmin_pages:add", args=["courses", "coursepage", shelf.pk]), data)
    assert CoursePage.objects.get(slug=COURSE_FORM["slug"]).live
    course = CoursePage.objects.get(slug=COURSE_FORM["slug"])
    (only,) = said(trainer)
    assert only.startswith(
        "warning: “Kursus baru” sudah terbit, tetapi belum dapat dimulai anggota. Yang masih kurang:"
    )
    assert (
        f'/cms/pages/add/courses/lessonpage/{course.pk}/" class="button button-small button-secondary">Tulis mat'
        in only
    )
    assert ("kuis akhir" in only, "/cms/kuis/" in only) == (not with_quiz, not with_quiz)
    assert f'"{course.public_path}" ' in only


def test_too_few_questions_are_counted(trainer: Client, quiz: Quiz):
    Quiz.objects.update(draw=7)
    course = make_course(quiz=quiz, live=False)
    data = COURSE_FORM | {"quiz": quiz.pk, "action-publish": "1"}
    trainer.post(reverse("wagtailadmin_pages:edit", args=[course.pk]), data)
    (only,) = said(trainer)
    assert "Yang masih kurang: 2 soal siap pakai lagi di bank soal “Bank”." in only
    assert "/cms/soal/new/" in only


def test_a_lesson_of_a_draft_leads_to_its_course(trainer: Client):
    course = make_course(live=False)
    trainer.post(
        reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", course.pk]),
        LESSON_FORM | {"action-publish": "1"},
    )
    (only,) = said(trainer, "sendiri belum terbit")
    assert f"/cms/pages/{course.pk}/edit/" in only


def test_lessons_of_a_published_course_say_once_what_it_still_lacks(trainer: Client, quiz: Quiz):
    course = make_course(lessons=0)
    CoursePage.objects.update(quiz=None)
    add = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", course.pk])
    trainer.post(add, LESSON_FORM | {"action-publish": "1"})
    (only,) = said(trainer)
    assert "Yang masih kurang: kuis akhir, yang dipilih pada kursus ini." in only

    drafts = [make_lesson(course, f"Materi {n}", live=False) for n in (8, 9)]
    query = "&".join(f"id={lesson.pk}" for lesson in drafts)
    trainer.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?{query}&next=/cms/")
    assert len(said(trainer)) == 1

    CoursePage.objects.update(quiz=quiz)
    trainer.post(add, LESSON_FORM | {"slug": "lain", "title": "Lain", "action-publish": "1"})
    assert said(trainer) == []


def test_a_whole_course_and_a_draft_are_not(trainer: Client, quiz: Quiz):
    course = make_course(lessons=0, quiz=quiz, live=False)
    address = reverse("wagtailadmin_pages:edit", args=[course.pk])
    trainer.post(address, COURSE_FORM | {"quiz": quiz.pk})
    assert said(trainer) == []
    make_lesson(course)
    trainer.post(address, COURSE_FORM | {"quiz": quiz.pk, "action-publish": "1"})
    assert CoursePage.objects.get(pk=course.pk).live
    (only,) = said(trainer, "lengkap: anggota sudah dapat mengikutinya")
    assert "Lihat kursusnya" in only


def test_a_course_with_lessons_lacks_its_quiz_alone(trainer: Client):
    course = make_course(lessons=1, quiz=None, live=False)
    trainer.post(reverse("wagtailadmin_pages:edit", args=[course.pk]), COURSE_FORM | {"action-publish": "1"})
    (only,) = said(trainer)
    assert "Yang masih kurang: kuis akhir, yang dipilih pada kursus ini." in only


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_lesson_published_without_a_body_is_said_to_be_empty(trainer: Client, is_empty: bool):
    course = make_course()
    data = LESSON_FORM | {"action-publish": "1"} | ({"body-count": "0"} if is_empty else {})
    trainer.post(reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", course.pk]), data)
    assert LessonPage.objects.get(slug=LESSON_FORM["slug"]).live
    expected = ["warning: “Materi baru” sudah terbit tanpa isi: anggota membuka halaman kosong."]
    assert said(trainer, "tanpa isi") == (expected if is_empty else [])


def test_many_published_at_once_are_said_one_by_one(trainer: Client):
    courses = [make_course(f"Kursus {n}", lessons=n, live=False) for n in (0, 1)]
    query = "&".join(f"id={course.pk}" for course in courses)
    trainer.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?{query}&next=/cms/")
    assert CoursePage.objects.live().count() == 2
    (only,) = said(trainer)
    assert "Kursus 0" in only
