"""Content never takes records with it: courses with learners cannot be destroyed, by anybody, on any way."""

import pytest
from django.contrib.auth.models import Group
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from courses.models import CoursePage, CourseShelfPage, LessonPage
from courses.services import complete_course, complete_lesson, enrol
from tests.cast import Cast
from tests.courses.helpers import finish_lessons, pass_course
from tests.factories import QuizFactory, make_course, make_lesson
from training.models import TrainingRecord

pytestmark = pytest.mark.usefixtures("course_once")


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin)
    return client


@pytest.fixture
def trainer(cast: Cast, course: CoursePage) -> Client:
    client = Client()
    client.force_login(cast.trainer)
    return client


def delete(client: Client, page: Page) -> str:
    """What the CMS says after confirming the deletion of a page."""
    address = reverse("wagtailadmin_pages:delete", args=[page.pk])
    response = client.post(address, {"confirm_site_name": "Akademi Linmas"}, follow=True)
    return " ".join(str(message) for message in response.context["messages"])


def test_a_course_nobody_took_can_go(admin: Client, course: CoursePage):
    assert "dihapus" in delete(admin, course).lower()
    assert not CoursePage.objects.filter(pk=course.pk).exists()


def test_a_course_with_learners_stays(admin: Client, cast: Cast, course: CoursePage):
    enrol(member=cast.member, course=course)
    assert "sudah dipakai belajar oleh 1 anggota" in delete(admin, course)
    assert CoursePage.objects.filter(pk=course.pk).exists()


def test_so_does_the_shelf_under_it(admin: Client, cast: Cast, course: CoursePage):
    enrol(member=cast.member, course=course)
    assert "sudah dipakai belajar" in delete(admin, course.shelf)
    assert CourseShelfPage.objects.exists()


def test_a_trainer_deletes_a_lesson_nobody_did(trainer: Client, course: CoursePage):
    lesson = make_lesson(course, "Salah tulis")
    delete(trainer, lesson)
    assert not LessonPage.objects.filter(pk=lesson.pk).exists()


def test_a_lesson_that_was_done_stays(trainer: Client, cast: Cast, lessons: list[LessonPage]):
    complete_lesson(member=cast.member, lesson=lessons[0])
    assert "tidak dapat dihapus" in delete(trainer, lessons[0])
    assert LessonPage.objects.filter(pk=lessons[0].pk).exists()


def test_many_at_once_are_refused_too(admin: Client, cast: Cast, course: CoursePage):
    free = make_course("Bebas")
    enrol(member=cast.member, course=course)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    query = f"?id={free.pk}&id={course.pk}&next=/cms/"
    response = admin.post(address + query, {"confirm_site_name": "Akademi Linmas"}, follow=True)
    assert "sudah dipakai belajar" in " ".join(str(m) for m in response.context["messages"])
    assert CoursePage.objects.count() == 2


@pytest.mark.parametrize("what", ["course", "lesson", "shelf"])
def test_the_database_refuses_as_well(cast: Cast, course: CoursePage, lessons: list[LessonPage], what: str):
    finish_lessons(cast.member, course)
    page = {"course": course, "lesson": lessons[0], "shelf": course.shelf}[what]
    with pytest.raises(ProtectedError):
        Page.objects.get(pk=page.pk).delete()
    assert LessonPage.objects.count() == 2


def test_the_quiz_of_a_course_stays(course: CoursePage):
    with pytest.raises(ProtectedError):
        course.quiz.delete()


def test_a_draft_outlives_the_quiz_that_it_names(trainer: Client, cast: Cast, course: CoursePage):
    quiz = QuizFactory(title="Kuis baru")
    course.quiz = quiz
    course.save_revision(user=cast.trainer)
    quiz.delete()  # the published course names another one
    page = trainer.get(reverse("wagtailadmin_pages:edit", args=[course.pk]))
    assert page.status_code == 200
    assert page.context["form"].initial["quiz"] is None
    assert CoursePage.objects.get(pk=course.pk).get_latest_revision_as_object().quiz is None


def test_the_shelfs_group_and_collection_stay(course: CoursePage):
    with pytest.raises(ProtectedError):
        Group.objects.get(pk=course.shelf.group_id).delete()
    with pytest.raises(ProtectedError):
        course.shelf.collection.delete()


def test_unpublishing_is_the_way_out(trainer: Client, cast: Cast, course: CoursePage):
    complete_course(attempt=pass_course(cast.member, course))
    trainer.post(reverse("wagtailadmin_pages:unpublish", args=[course.pk]))
    assert not CoursePage.objects.get(pk=course.pk).live
    assert TrainingRecord.objects.get().title == course.title


def test_a_done_lesson_stays_in_its_course(trainer: Client, cast: Cast, lessons: list[LessonPage]):
    other = make_course("Lain", lessons=0)
    address = reverse("wagtailadmin_pages:move_confirm", args=[lessons[0].pk, other.pk])
    complete_lesson(member=cast.member, lesson=lessons[0])
    trainer.post(address)
    assert LessonPage.objects.child_of(other).count() == 0
    free = reverse("wagtailadmin_pages:move_confirm", args=[lessons[1].pk, other.pk])
    trainer.post(free)
    assert LessonPage.objects.child_of(other).count() == 1


def test_lessons_can_be_reordered(trainer: Client, cast: Cast, course: CoursePage, lessons: list[LessonPage]):
    complete_lesson(member=cast.member, lesson=lessons[0])
    address = reverse("wagtailadmin_pages:set_page_position", args=[lessons[0].pk])
    trainer.post(f"{address}?position=1")
    assert [lesson.title for lesson in course.progress_of(None).lessons] == ["Materi 2", "Materi 1"]


@pytest.mark.parametrize("slug", ["dasar-baru", " dasar-baru "])
def test_copying_asks_for_a_free_address(trainer: Client, course: CoursePage, slug: str):
    make_course("Dasar Baru", region="63.09")
    data = {"new_title": "Dasar Baru", "new_slug": slug, "new_parent_page": course.shelf.pk}
    address = reverse("wagtailadmin_pages:copy", args=[course.pk])
    response = trainer.post(address, data, follow=True)
    assert "sudah dipakai kursus lain" in " ".join(str(m) for m in response.context["messages"])
    assert CoursePage.objects.count() == 2


def test_a_copy_takes_its_lessons_along(trainer: Client, cast: Cast, course: CoursePage):
    enrol(member=cast.member, course=course)
    data = {
        "new_title": "Salinan",
        "new_slug": "salinan",
        "new_parent_page": course.shelf.pk,
        "copy_subpages": "1",
        "publish_copies": "1",
    }
    trainer.post(reverse("wagtailadmin_pages:copy", args=[course.pk]), data)
    copy = CoursePage.objects.get(address="salinan")
    assert copy.live
    assert copy.progress_of(None).total == 2
    assert copy.url == "/kursus/salinan/"
    assert not copy.enrolments.exists()
