"""The steps of learning over HTTP, each success first and then its refusals."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import CoursePage, Enrolment, LessonCompletion, LessonPage
from courses.services import complete_course, enrol
from quizzes.models import Attempt
from tests.cast import Cast
from tests.courses.helpers import finish_lessons, pass_course
from tests.factories import make_course
from training.periods import current_period

pytestmark = pytest.mark.usefixtures("course_once")


@pytest.fixture
def member(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.member.user)
    return client


def message_of(client: Client, address: str) -> str:
    return " ".join(str(message) for message in client.get(address).context["messages"])


def test_starting_leads_to_the_first_lesson(member: Client, course: CoursePage, lessons: list[LessonPage]):
    response = member.post(reverse("courses:enrol", args=[course.pk]))
    assert response.headers["Location"] == lessons[0].url
    assert Enrolment.objects.count() == 1


def test_a_course_without_lessons_has_no_start(member: Client, cast: Cast):
    course = make_course(lessons=0)
    page = member.get(course.url).content.decode()
    assert "Materi belum tersedia" in page
    assert "Mulai belajar" not in page
    response = member.post(reverse("courses:enrol", args=[course.pk]))
    assert response.headers["Location"] == course.url
    assert "masih disiapkan" in message_of(member, course.url)
    assert not Enrolment.objects.exists()


def test_a_course_without_a_quiz_has_no_start(member: Client, course: CoursePage):
    CoursePage.objects.filter(pk=course.pk).update(quiz=None)
    page = member.get(course.url).content.decode()
    assert page.count("Kuis akhir belum dibuka: pelatih belum menyiapkannya.") == 2
    assert "Mulai belajar" not in page


def test_a_quiz_out_of_season_has_no_start_and_says_why(member: Client, cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    start = reverse("courses:start_quiz", args=[course.pk])
    assert start in member.get(course.url).content.decode()
    half = current_period(cast.member.village_id)
    CoursePage.objects.filter(pk=course.pk).update(counts_in=3 - half.half)
    page = member.get(course.url).content.decode()
    assert f"yang selesai sekarang dihitung untuk {half}, kursus ini hanya untuk Semester " in page
    assert start not in page
    assert "dihitung untuk" in message_of(member, member.post(start)["Location"])


@pytest.mark.parametrize("is_read", [False, True])
def test_a_course_says_why_its_quiz_is_not_open(member: Client, cast: Cast, course: CoursePage, is_read: bool):
    if is_read:
        finish_lessons(cast.member, course)
    course.quiz.bank.questions.update(is_active=False)
    page = member.get(course.url).content.decode()
    assert page.count("Kuis akhir belum dibuka: soalnya masih dilengkapi pelatih.") == 2
    for button in ("Mulai belajar", "Ke kuis akhir", "Mulai kuis"):
        assert button not in page


def test_a_finished_course_cannot_be_started(member: Client, cast: Cast, course: CoursePage):
    complete_course(attempt=pass_course(cast.member, course))
    response = member.post(reverse("courses:enrol", args=[course.pk]))
    assert response.headers["Location"] == course.url
    assert "sudah menyelesaikan" in message_of(member, course.url)


def test_a_done_lesson_leads_to_the_next(member: Client, course: CoursePage, lessons: list[LessonPage]):
    for lesson, target in zip(lessons, [lessons[1].url, course.url], strict=True):
        response = member.post(reverse("courses:complete_lesson", args=[lesson.pk]))
        assert response.headers["Location"] == target
    assert LessonCompletion.objects.count() == 2


def test_a_lesson_of_a_finished_course_says_so(member: Client, cast: Cast, course: CoursePage, lessons):
    complete_course(attempt=pass_course(cast.member, course))
    response = member.post(reverse("courses:complete_lesson", args=[lessons[0].pk]))
    assert response.headers["Location"] == lessons[0].url
    assert "sudah menyelesaikan" in message_of(member, lessons[0].url)


def test_the_quiz_starts(member: Client, cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    response = member.post(reverse("courses:start_quiz", args=[course.pk]))
    attempt = Attempt.objects.get()
    assert response.headers["Location"] == reverse("quizzes:attempt", args=[attempt.pk])


def test_the_quiz_waits_for_the_lessons(member: Client, cast: Cast, course: CoursePage):
    enrol(member=cast.member, course=course)
    response = member.post(reverse("courses:start_quiz", args=[course.pk]))
    assert response.headers["Location"] == course.url
    assert "Selesaikan 2 materi lagi" in message_of(member, course.url)


def test_a_quiz_without_enough_questions_says_so(member: Client, cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    course.quiz.draw = 50
    course.quiz.save()
    member.post(reverse("courses:start_quiz", args=[course.pk]))
    assert "belum siap" in message_of(member, course.url)


@pytest.mark.parametrize("name", ["enrol", "start_quiz", "complete_lesson"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_published_is_not_found(member: Client, course: CoursePage, lessons, name: str, method: str):
    lessons[0].unpublish()
    course.unpublish()
    pk = lessons[0].pk if name == "complete_lesson" else course.pk
    assert getattr(member, method)(reverse(f"courses:{name}", args=[pk])).status_code == 404


@pytest.mark.parametrize("name", ["enrol", "start_quiz", "complete_lesson"])
def test_an_id_that_no_row_can_have_is_not_found(member: Client, name: str):
    assert member.post(reverse(f"courses:{name}", args=[10**30])).status_code == 404


@pytest.mark.parametrize("name", ["enrol", "start_quiz", "complete_lesson"])
@pytest.mark.parametrize("role", ["pending", "trainer", "district_officer", "stranger"])
def test_only_active_members_learn(cast: Cast, course: CoursePage, lessons, name: str, role: str):
    client = Client()
    client.force_login(cast.pending_member.user if role == "pending" else getattr(cast, role))
    pk = lessons[0].pk if name == "complete_lesson" else course.pk
    assert client.post(reverse(f"courses:{name}", args=[pk])).status_code == 403
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("name", ["enrol", "start_quiz", "complete_lesson"])
def test_a_get_writes_nothing(member: Client, course: CoursePage, lessons, name: str):
    lesson_step = name == "complete_lesson"
    response = member.get(reverse(f"courses:{name}", args=[lessons[0].pk if lesson_step else course.pk]))
    assert response.headers["Location"] == (lessons[0].url if lesson_step else course.url)
    assert "Tekan tombolnya sekali lagi." in member.get(response.headers["Location"]).content.decode()
    assert not Enrolment.objects.exists()


def test_steps_need_the_forms_token(cast: Cast, course: CoursePage):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.member.user)
    assert client.post(reverse("courses:enrol", args=[course.pk])).status_code == 403
