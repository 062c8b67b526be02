"""The sample course comes onto a shelf whole, once, and stands up to a reader's eye."""

import gzip
import re
import shutil
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Response
from wagtail.images import get_image_model

from courses.models import CoursePage, CourseShelfPage, LessonPage
from courses.services import SAMPLES, import_sample_course, import_sample_courses, open_shelf
from quizzes.models import Choice, Question, QuestionBank, Quiz
from regions.models import Region
from tests.browser import DESKTOP, TABLET, Browse, assert_no_axe_violations, assert_no_horizontal_scroll, log_in
from tests.cast import Cast

FOLDER = SAMPLES / "dasar-hukum-tugas-etika"


@pytest.fixture
def shelf(cast: Cast) -> CourseShelfPage:
    return open_shelf(region=Region.objects.get(pk="63.11"))


@pytest.fixture
def course(cast: Cast, shelf: CourseShelfPage) -> CoursePage:
    return import_sample_course(folder=FOLDER, shelf=shelf, owner=cast.trainer)


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
    (folder / "03-organisasi-satlinmas.toml").write_text('title = "Tanpa isi"\nslug = "tanpa-isi"\n')
    with pytest.raises(KeyError):
        import_sample_course(folder=folder, shelf=shelf, owner=cast.trainer)
    assert not CoursePage.objects.exists()
    assert not QuestionBank.objects.exists()


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


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(browse: Browse, cast: Cast, course: CoursePage, scheme: str):
    page = browse(color_scheme=scheme)
    log_in(page, cast.member.user)
    for address in ("/kursus/", course.url, f"{course.url}organisasi-satlinmas/", "/belajar/"):
        page.goto(address)
        assert_no_axe_violations(page)
        assert_no_horizontal_scroll(page)


@pytest.mark.browser
@pytest.mark.parametrize("size", [TABLET, DESKTOP])
def test_pages_fit_wider_screens(browse: Browse, cast: Cast, course: CoursePage, size: tuple[int, int]):
    page = browse(size=size)
    log_in(page, cast.member.user)
    for lesson in LessonPage.objects.child_of(course):
        page.goto(lesson.url)
        assert_no_horizontal_scroll(page)


@pytest.mark.browser
def test_a_practice_question_answers_without_scripts(browse: Browse, cast: Cast, course: CoursePage):
    page = browse(java_script_enabled=False)
    log_in(page, cast.member.user)
    page.goto(f"{course.url}organisasi-satlinmas/")
    assert not page.get_by_text("Di kelurahan, kepala Satlinmas adalah lurah.").is_visible()
    page.get_by_text("Kepala desa", exact=True).click()
    assert page.get_by_text("Di kelurahan, kepala Satlinmas adalah lurah.").is_visible()
    assert page.get_by_text("Benar.", exact=True).is_visible()


def on_the_wire(response: Response) -> int:
    """Bytes that travel: WhiteNoise compresses static files in production, pages say whether they are."""
    compressed = "/static/" in response.url or "content-encoding" in response.headers
    return len(gzip.compress(response.body(), 9) if compressed else response.body())


@pytest.mark.browser
def test_a_lesson_is_light(browse: Browse, cast: Cast, course: CoursePage):
    """LOOK.md: 60 kB without pictures and 10 requests at first; 15 kB once the static files are kept."""
    page = browse()
    log_in(page, cast.member.user)
    responses: list[Response] = []

    def note(response: Response) -> None:
        responses.append(response)

    page.on("response", note)
    page.goto(f"{course.url}organisasi-satlinmas/", wait_until="networkidle")
    sizes = {response.url: on_the_wire(response) for response in responses if "/media/" not in response.url}
    assert sum(sizes.values()) <= 60_000, sizes
    assert len(responses) <= 10
    assert sizes[page.url] <= 15_000, sizes
