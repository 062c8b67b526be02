"""The sample course comes onto a shelf whole, once, and stands up to a reader's eye."""

import re
import shutil
from copy import deepcopy
from pathlib import Path

import pytest
from django.test import Client
from django.utils.html import strip_tags
from wagtail.images import get_image_model

from courses.models import CoursePage, CourseShelfPage, LessonPage
from courses.services import SAMPLES, import_sample_course, import_sample_courses, open_shelf
from quizzes.models import Choice, Question, QuestionBank, Quiz
from regions.models import Region
from tests.cast import Cast

FOLDER = SAMPLES / "dasar-hukum-tugas-etika"
pytestmark = pytest.mark.usefixtures("cast_once")


@pytest.fixture
def shelf(cast: Cast) -> CourseShelfPage:
    return open_shelf(region=Region.objects.get(pk="63.11"))


@pytest.fixture(scope="module")
def imported_once(cast_once: Cast) -> CoursePage:
    shelf = open_shelf(region=Region.objects.get(pk="63.11"))
    return import_sample_course(folder=FOLDER, shelf=shelf, owner=cast_once.trainer)


@pytest.fixture
def course(imported_once: CoursePage, cast: Cast) -> CoursePage:
    return deepcopy(imported_once)


def test_everything_is_there(course: CoursePage, cast: Cast):
    assert course.live
    assert course.url == "/kursus/dasar-hukum-tugas-etika/"
    assert course.owner == cast.trainer
    assert course.latest_revision.user == cast.trainer
    assert sum(item.lesson_hours for item in course.syllabus.all()) == course.lesson_hours == 4
    lessons = LessonPage.objects.child_of(course).live()
    assert lessons.count() == 6
    assert all(lesson.size_bytes > 5000 for lesson in lessons)
    assert course.quiz.draw <= Question.objects.ready().filter(bank=course.quiz.bank).count()
    assert course.quiz.bank.region_id == "63.11"
    assert set(get_image_model().objects.values_list("collection", flat=True)) == {course.shelf.collection_id}
    assert course.cover.is_svg()


def test_it_is_a_whole_course(course: CoursePage):
    lessons = LessonPage.objects.child_of(course).live()
    words = {lesson.slug: len(strip_tags(str(lesson.body)).split()) for lesson in lessons}
    assert len(words) >= 5
    assert min(words.values()) >= 600, words
    assert Question.objects.ready().filter(bank=course.quiz.bank).count() >= 30
    assert course.quiz.draw == 10


def test_every_block_satisfies_the_editor(course: CoursePage):
    for lesson in LessonPage.objects.child_of(course):
        lesson.body.stream_block.clean(lesson.body)
        lesson.full_clean()


def test_importing_again_changes_nothing(course: CoursePage, cast: Cast, shelf: CourseShelfPage):
    course.title = "Judul dari pelatih"
    course.save_revision().publish()
    counted = (get_image_model(), QuestionBank, Question, Choice, Quiz, LessonPage)
    before = [model.objects.count() for model in counted]
    assert import_sample_courses(shelf=shelf, owner=cast.admin) == [course]
    assert [model.objects.count() for model in counted] == before
    assert CoursePage.objects.get().title == "Judul dari pelatih"


def test_a_broken_folder_leaves_nothing(cast: Cast, shelf: CourseShelfPage, tmp_path: Path):
    folder = shutil.copytree(FOLDER, tmp_path / "kursus")
    facts = folder / "course.toml"
    facts.write_text(facts.read_text().replace('slug = "dasar-hukum', 'slug = "lain-dasar-hukum', 1))
    courses, banks = CoursePage.objects.count(), QuestionBank.objects.count()
    (folder / "03-organisasi-satlinmas.toml").write_text('title = "Tanpa isi"\nslug = "tanpa-isi"\n')
    with pytest.raises(KeyError):
        import_sample_course(folder=folder, shelf=shelf, owner=cast.trainer)
    assert (CoursePage.objects.count(), QuestionBank.objects.count()) == (courses, banks)


def test_the_cms_opens_every_lesson(course: CoursePage, cast: Cast):
    client = Client()
    client.force_login(cast.trainer)
    for page in (course, *LessonPage.objects.child_of(course)):
        assert client.get(f"/cms/pages/{page.pk}/edit/").status_code == 200


def test_no_page_needs_inline_styles_or_scripts(course: CoursePage, cast: Cast):
    client = Client()
    client.force_login(cast.member.user)
    pages = [course, *LessonPage.objects.child_of(course)]
    for address in ("/kursus/", "/belajar/", *(page.url for page in pages)):
        page = client.get(address).content.decode()
        assert not re.search(r"<[^>]+\s(style|on\w+)=", page), address
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), address
