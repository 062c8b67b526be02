"""The public pages: addresses without the shelf, who sees what, how many queries."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from cms.models import HomePage
from courses.models import CourseIndexPage, CoursePage, CourseShelfPage, LessonPage, SyllabusItem
from courses.services import complete_course, complete_lesson, enrol, open_shelf
from quizzes.models import QuestionBank
from regions.models import Region
from tests.cast import Cast
from tests.courses.helpers import COURSE_FORM, LESSON_FORM, finish_lessons, pass_course
from tests.factories import MemberFactory, PeriodFactory, QuizFactory, TrainingRecordFactory, make_course, make_lesson

pytestmark = pytest.mark.usefixtures("course_once")


def client_of(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def member(cast: Cast) -> Client:
    return client_of(cast.member.user)


# --- addresses --------------------------------------------------------------------------------


def test_addresses_leave_the_shelf_out(course: CoursePage, lessons: list[LessonPage]):
    assert course.shelf.get_parent().url == "/kursus/"
    assert course.url == "/kursus/dasar-hukum/"
    assert lessons[0].url == "/kursus/dasar-hukum/materi-1/"
    assert [page.public_path for page in (course, lessons[0])] == [course.url, lessons[0].url]
    assert lessons[0].full_url.endswith("/kursus/dasar-hukum/materi-1/")


def test_the_shelf_has_no_address(visitor: Client, course: CoursePage):
    assert course.shelf.url is None
    assert visitor.get("/kursus/63-11/").status_code == 404
    assert visitor.get("/kursus/63-11/dasar-hukum/").status_code == 404


def test_addresses_follow_the_slug(visitor: Client, course: CoursePage, lessons: list[LessonPage]):
    course.slug = "alamat-baru"
    course.save_revision().publish()
    assert LessonPage.objects.get(pk=lessons[0].pk).url == "/kursus/alamat-baru/materi-1/"
    assert visitor.get("/kursus/alamat-baru/").status_code == 200
    assert visitor.get("/kursus/dasar-hukum/").status_code == 404


@pytest.mark.parametrize("live", [True, False])
def test_an_address_is_taken_once_over_all_shelves(course: CoursePage, live: bool):
    with pytest.raises(ValidationError, match="sudah dipakai kursus lain"):
        make_course("Dasar Hukum", region="63.09", live=live)


def test_an_address_is_taken_once_by_constraint(course: CoursePage):
    other = make_course("Lain")
    with pytest.raises(IntegrityError), transaction.atomic():
        CoursePage.objects.filter(pk=other.pk).update(address=course.address)


def test_a_draft_keeps_its_address_until_it_is_published(course: CoursePage):
    course.slug = "rencana"
    course.save_revision()
    assert CoursePage.objects.get(pk=course.pk).address == "dasar-hukum"


def test_pages_stand_where_they_belong():
    assert CourseIndexPage.allowed_parent_page_models() == [HomePage]
    assert CourseShelfPage.allowed_parent_page_models() == [CourseIndexPage]
    assert CoursePage.allowed_parent_page_models() == [CourseShelfPage]
    assert LessonPage.allowed_parent_page_models() == [CoursePage]
    assert LessonPage.allowed_subpage_models() == []
    assert not CourseShelfPage.is_creatable
    assert not CourseIndexPage.is_creatable


# --- what is public ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_unpublished_courses_are_not_there(request: pytest.FixtureRequest, course: CoursePage, lessons, who: str):
    client: Client = request.getfixturevalue(who)
    course.unpublish()
    assert client.get(course.url).status_code == 404
    assert client.get(lessons[0].url).status_code == 404  # though the lesson itself is still published
    assert "Dasar Hukum" not in client.get("/kursus/").content.decode()


def test_unpublished_lessons_are_not_there(member: Client, course: CoursePage):
    draft = make_lesson(course, "Materi rahasia", live=False)
    assert member.get(draft.url).status_code == 404
    assert "Materi rahasia" not in member.get(course.url).content.decode()


def test_nothing_lies_under_a_lesson(member: Client, lessons: list[LessonPage]):
    assert member.get(lessons[0].url + "lagi/").status_code == 404


def test_the_catalogue_is_public(visitor: Client, course: CoursePage):
    page = visitor.get("/kursus/").content.decode()
    assert course.title in page
    assert course.summary in page


def test_the_catalogue_filters_what_is_compulsory(visitor: Client, course: CoursePage):
    make_course("Kursus wajib", compulsory=True)
    page = visitor.get("/kursus/?tampil=wajib").content.decode()
    assert "Kursus wajib" in page
    assert course.title not in page


def test_the_course_is_public_its_lessons_are_not(visitor: Client, course: CoursePage, lessons: list[LessonPage]):
    page = visitor.get(course.url).content.decode()
    assert course.goal in page
    assert lessons[0].title in page
    assert "Masuk untuk mulai" in page
    response = visitor.get(lessons[0].url)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/masuk/?next={lessons[0].url}"


@pytest.mark.parametrize("role", ["village_officer", "district_officer", "trainer", "neighbour_trainer", "admin"])
def test_officers_and_trainers_read_along(cast: Cast, course: CoursePage, lessons: list[LessonPage], role: str):
    client = client_of(getattr(cast, role))
    page = client.get(lessons[0].url)
    assert page.status_code == 200
    assert "Tandai selesai" not in page.content.decode()
    assert "petugas atau pelatih" in client.get(course.url).content.decode()


@pytest.mark.parametrize("role", ["pending", "liaison", "stranger"])
def test_the_others_read_why_they_have_to_wait(cast: Cast, course: CoursePage, lessons: list[LessonPage], role: str):
    client = client_of(cast.pending_member.user if role == "pending" else getattr(cast, role))
    response = client.get(lessons[0].url)
    assert response.status_code == 403
    assert "Isi materi" not in response.content.decode()
    expected = "setelah Anda diverifikasi" if role == "pending" else "untuk anggota Satlinmas"
    assert expected in response.content.decode()
    assert client.get(course.url).status_code == 200


# --- what a member sees -----------------------------------------------------------------------


def test_a_lesson_shows_the_way_on(member: Client, cast: Cast, lessons: list[LessonPage]):
    page = member.get(lessons[0].url).content.decode()
    assert "Materi 1 dari 2" in page
    assert "0 dari 2 selesai" in page
    assert "Tandai selesai dan lanjut" in page
    complete_lesson(member=cast.member, lesson=lessons[0])
    page = member.get(lessons[0].url).content.decode()
    assert "Materi ini sudah Anda selesaikan" in page
    assert "Lanjut: Materi 2" in page


def test_reading_enrols_nobody(member: Client, cast: Cast, course: CoursePage, lessons: list[LessonPage]):
    member.get(lessons[0].url)
    assert not cast.member.enrolments.exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("new", "Mulai belajar"),
        ("enrolled", "Berikutnya: Materi 1"),
        ("read", "Ke kuis akhir"),
        ("passed", "Anda sudah lulus kursus ini"),
        ("passed before", "Ikuti lagi untuk semester ini"),
    ],
)
def test_the_course_offers_the_next_step(member: Client, cast: Cast, course: CoursePage, state: str, words: str):
    if state == "enrolled":
        enrol(member=cast.member, course=course)
    if state == "read":
        finish_lessons(cast.member, course)
    if state.startswith("passed"):
        complete_course(attempt=pass_course(cast.member, course))
    if state == "passed before":
        earlier = TrainingRecordFactory(member=cast.member, period=PeriodFactory(year=2020, half=1))
        cast.member.enrolments.update(record=earlier)
    page = member.get(course.url).content.decode()
    assert words in page
    assert ("Ikuti lagi" in page) == (state == "passed before")


def test_the_course_says_what_is_asked(visitor: Client, course: CoursePage):
    course.counts_in = CoursePage.Half.FIRST
    course.save()
    SyllabusItem.objects.create(course=course, title="Etika", lesson_hours="1.5")
    page = visitor.get(course.url).content.decode()
    for words in ("70 dari 100", "Hanya Semester I (Januari–Juni)", "1,5 JP", "Pelindungan masyarakat"):
        assert words in page


# --- figures ----------------------------------------------------------------------------------


def warm(client: Client, address: str) -> None:
    """Let caches of the process fill: content types, site root paths."""
    assert client.get(address).status_code == 200


def test_queries_of_the_catalogue(member: Client, cast: Cast, django_assert_max_num_queries):
    for number in range(12):
        finish_lessons(cast.member, make_course(f"Kursus {number}"))
    warm(member, "/kursus/")
    with django_assert_max_num_queries(16):
        member.get("/kursus/")


def test_queries_of_a_course(member: Client, cast: Cast, course: CoursePage, django_assert_max_num_queries):
    for number in range(8):
        make_lesson(course, f"Lagi {number}")
    finish_lessons(cast.member, course)
    warm(member, course.url)
    with django_assert_max_num_queries(20):  # with the panel of the quiz
        member.get(course.url)


def test_queries_of_a_lesson(member: Client, cast: Cast, lessons: list[LessonPage], django_assert_max_num_queries):
    complete_lesson(member=cast.member, lesson=lessons[0])
    warm(member, lessons[0].url)
    with django_assert_max_num_queries(16):  # one of them counts the menu's notices
        member.get(lessons[0].url)


# --- the CMS's own way to them ----------------------------------------------------------------


def test_view_live_and_preview_lead_to_the_public_address(cast: Cast, course: CoursePage, lessons: list[LessonPage]):
    client = client_of(cast.trainer)
    lessons[0].save_revision(user=cast.trainer)
    page = client.get(reverse("wagtailadmin_pages:edit", args=[lessons[0].pk])).content.decode()
    assert "/kursus/dasar-hukum/materi-1/" in page
    draft = client.get(reverse("wagtailadmin_pages:view_draft", args=[lessons[0].pk]))
    assert draft.status_code == 200
    assert "Isi materi" in draft.content.decode()


@pytest.mark.parametrize("kind", ["coursepage", "lessonpage"])
def test_a_page_that_is_not_saved_yet_can_be_previewed(cast: Cast, course: CoursePage, kind: str):
    MemberFactory(user=cast.trainer)  # a trainer may be a member, too
    client = client_of(cast.trainer)
    parent, form = (course.shelf, COURSE_FORM) if kind == "coursepage" else (course, LESSON_FORM)
    address = reverse("wagtailadmin_pages:preview_on_add", args=["courses", kind, parent.pk])
    assert client.post(address, form).json()["is_valid"]
    response = client.get(address)
    assert response.status_code == 200
    assert form["title"] in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("kind", ["coursepage", "lessonpage"])
def test_a_saved_page_can_be_previewed(cast: Cast, course: CoursePage, lessons: list[LessonPage], kind: str):
    client = client_of(cast.trainer)
    page, form = (course, COURSE_FORM) if kind == "coursepage" else (lessons[0], LESSON_FORM)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert client.post(address, form).json()["is_valid"]
    assert form["title"] in client.get(address).content.decode()
    assert form["title"] not in client_of(cast.member.user).get(page.url).content.decode()


def test_a_neighbours_quiz_cannot_be_chosen(cast: Cast, course: CoursePage):
    bank = QuestionBank.objects.create(title="Bank tetangga", region_id="63.09")
    shared = QuestionBank.objects.create(title="Bank provinsi", region_id="63")
    neighbours, provincial = QuizFactory(bank=bank), QuizFactory(bank=shared)
    client = client_of(cast.trainer)
    address = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", course.shelf.pk])
    response = client.post(address, COURSE_FORM | {"quiz": neighbours.pk, "action-publish": "1"})
    assert "quiz" in response.context["form"].errors
    client.post(address, COURSE_FORM | {"quiz": provincial.pk, "action-publish": "1"})
    assert CoursePage.objects.get(slug="kursus-baru").quiz == provincial


def test_the_editor_is_told_that_an_address_is_taken(cast: Cast, course: CoursePage):
    make_course("Kursus baru", region="63.09")
    address = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", course.shelf.pk])
    response = client_of(cast.trainer).post(address, COURSE_FORM)
    assert "sudah dipakai kursus lain" in str(response.context["form"].errors["slug"])


def test_a_cover_needs_its_words(cast: Cast, course: CoursePage):
    cover = get_image_model().objects.create(
        title="Sampul", file=get_test_image_file(), collection=course.shelf.collection
    )
    address = reverse("wagtailadmin_pages:add", args=["courses", "coursepage", course.shelf.pk])
    response = client_of(cast.trainer).post(address, COURSE_FORM | {"cover": cover.pk, "action-publish": "1"})
    assert "cover_alt" in response.context["form"].errors


def test_old_addresses_lead_to_the_new_ones(
    visitor: Client, member: Client, course: CoursePage, lessons, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        course.slug = "alamat-baru"
        course.save_revision().publish()
    assert visitor.get("/kursus/dasar-hukum/").headers["Location"] == "/kursus/alamat-baru/"
    assert member.get("/kursus/dasar-hukum/materi-1/").headers["Location"] == "/kursus/alamat-baru/materi-1/"


def test_photos_on_covers_come_small(visitor: Client, cast: Cast, django_assert_max_num_queries):
    for number in range(4):
        photo = get_image_model().objects.create(title="Sampul", file=get_test_image_file(size=(1600, 900)))
        make_course(f"Kursus {number}", cover=photo, cover_alt="Regu berbaris")
    page = visitor.get("/kursus/").content.decode()
    assert page.count("400w") == 4
    assert 'alt="Regu berbaris"' in page
    with django_assert_max_num_queries(14):
        visitor.get("/kursus/")


def test_a_lesson_knows_its_size(course: CoursePage):
    short, long = make_lesson(course, "Pendek"), make_lesson(course, "Panjang", body=[("paragraph", "<p>a</p>" * 2000)])
    assert 0 < short.size_bytes < 1000
    assert long.size_bytes > 16_000


def test_shelves_are_found_by_region(cast: Cast):
    shelf = open_shelf(region=Region.objects.get(pk="63.11"))
    assert Page.objects.get(pk=shelf.pk).specific.region_id == "63.11"


# --- the kept body ----------------------------------------------------------------------------


def test_a_published_edit_shows_at_once(cast: Cast, member: Client, lessons: list[LessonPage]):
    lesson = lessons[0]
    for words in ("Isi pertama", "Isi kedua"):
        lesson.body = [("paragraph", f"<p>{words}</p>")]
        lesson.save_revision(user=cast.trainer).publish()
        assert words in member.get(lesson.url).content.decode()
        assert words in member.get(lesson.url).content.decode()  # and from the cache


def test_a_draft_never_shows_from_or_in_the_cache(cast: Cast, member: Client, lessons: list[LessonPage]):
    lesson = lessons[0]
    lesson.body = [("paragraph", "<p>Sudah terbit</p>")]
    lesson.save_revision(user=cast.trainer).publish()
    lesson.refresh_from_db()
    lesson.body = [("paragraph", "<p>Masih draf</p>")]
    lesson.save_revision(user=cast.trainer)
    member.get(lesson.url)
    draft = client_of(cast.trainer).get(reverse("wagtailadmin_pages:view_draft", args=[lesson.pk])).content.decode()
    assert "Masih draf" in draft
    assert "Masih draf" not in member.get(lesson.url).content.decode()


def test_lessons_travel_compressed(member: Client, lessons: list[LessonPage]):
    response = member.get(lessons[0].url, headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
