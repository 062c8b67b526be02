"""The catalogue and the courses on the front page, from none to many."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import CoursePage
from tests.cast import Cast
from tests.factories import QuizFactory, make_course

pytestmark = pytest.mark.usefixtures("cast_once")


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def member(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.member.user)
    return client


def test_the_catalogue_may_be_empty(visitor: Client, cast: Cast):
    assert "Belum ada kursus" in visitor.get("/kursus/").content.decode()


def test_the_members_region_comes_first(member: Client, cast: Cast):
    make_course("Aneka kursus tetangga", region="63.09", compulsory=True)
    make_course("Zona kursus sendiri", region="63")
    rows = member.get("/kursus/").context["rows"]
    assert [row.course.title for row in rows] == ["Zona kursus sendiri", "Aneka kursus tetangga"]
    rows = Client().get("/kursus/").context["rows"]
    assert [row.course.title for row in rows] == ["Aneka kursus tetangga", "Zona kursus sendiri"]


def test_a_course_that_nobody_can_begin_says_so_without_a_query_of_its_own(
    visitor: Client, cast: Cast, django_assert_num_queries
):
    quiz = QuizFactory()
    make_course("Lengkap", quiz=quiz)
    make_course("Tanpa kuis", compulsory=True)
    make_course("Tanpa materi", lessons=0, quiz=quiz)
    CoursePage.objects.exclude(quiz=quiz).update(quiz=None)
    visitor.get("/kursus/")
    with CaptureQueriesContext(connection) as few:
        page = visitor.get("/kursus/").content.decode()
    closed = {card.split("</a>")[0].rsplit(">")[-1] for card in page.split("card__link")[1:] if "Belum dibuka" in card}
    assert closed == {"Tanpa kuis", "Tanpa materi"}
    for number in range(3):
        make_course(f"Kosong {number}", lessons=0, quiz=quiz)
    with django_assert_num_queries(len(few)):
        assert visitor.get("/kursus/").content.decode().count("Belum dibuka") == 5


def test_the_catalogue_has_pages_of_25(visitor: Client, cast: Cast):
    for number in range(27):
        make_course(f"Kursus {number:02}", lessons=0)
    assert len(visitor.get("/kursus/").context["rows"]) == 25
    assert [row.course.title for row in visitor.get("/kursus/?page=2").context["rows"]] == ["Kursus 25", "Kursus 26"]


def test_the_front_page_shows_the_first_courses(visitor: Client, cast: Cast, django_assert_max_num_queries):
    for number in range(5):
        make_course(f"Kursus {number}", compulsory=number == 4)
    visitor.get("/")
    with django_assert_max_num_queries(12):
        page = visitor.get("/").content.decode()
    assert [number for number in range(5) if f"Kursus {number}" in page] == [0, 1, 4]
