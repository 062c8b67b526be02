"""The member's home: one next step for every state, and a clear word for those who wait."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import CoursePage, LessonPage
from courses.services import complete_course, complete_lesson, enrol, start_quiz
from courses.summaries import StepKind, learning_of
from members.models import Member
from tests.cast import Cast
from tests.courses.helpers import finish_lessons, pass_course, sit
from tests.factories import PeriodFactory, QuizFactory, TrainingRecordFactory, make_course
from training.models import Policy, PolicyCourse
from training.periods import current_period
from training.services import open_standing


@pytest.fixture
def client(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.member.user)
    return client


def earlier(member: Member) -> None:
    """Let what the member finished count in a period long over."""
    record = TrainingRecordFactory(member=member, period=PeriodFactory(year=2020, half=1))
    member.enrolments.update(record=record)


# --- the next step ----------------------------------------------------------------------------


def test_without_courses_the_catalogue(cast: Cast):
    assert learning_of(cast.member).step.kind == StepKind.CATALOGUE


def test_a_compulsory_course_before_others(cast: Cast):
    make_course("Aneka")
    compulsory = make_course("Wajib", compulsory=True)
    step = learning_of(cast.member).step
    assert (step.kind, step.row and step.row.course) == (StepKind.COURSE, compulsory)


def test_a_course_without_lessons_or_quiz_is_not_the_next_step(cast: Cast):
    make_course(lessons=0)
    without_quiz = make_course("Tanpa kuis", compulsory=True)
    CoursePage.objects.filter(pk=without_quiz.pk).update(quiz=None)
    assert learning_of(cast.member).step.kind == StepKind.CATALOGUE


def test_a_course_whose_quiz_lacks_questions_is_not_the_next_step(cast: Cast):
    course = make_course("Soal kurang", compulsory=True, quiz=QuizFactory(draw=6))
    assert learning_of(cast.member).step.kind == StepKind.CATALOGUE
    course.quiz.draw = 5
    course.quiz.save()
    assert learning_of(cast.member).step.kind == StepKind.COURSE


def test_courses_of_other_regions_are_not_offered(cast: Cast):
    make_course("Tetangga", region="63.09", compulsory=True)
    assert learning_of(cast.member).step.kind == StepKind.CATALOGUE


@pytest.mark.parametrize("region", ["63.11.01.2001", "63.11.01", "63.11", "63", "00"])
def test_courses_of_every_region_above_are_offered(cast: Cast, region: str):
    make_course(region=region)
    assert learning_of(cast.member).step.kind == StepKind.COURSE


def test_the_next_lesson(cast: Cast, course: CoursePage, lessons: list[LessonPage]):
    complete_lesson(member=cast.member, lesson=lessons[0])
    step = learning_of(cast.member).step
    assert step.kind == StepKind.LESSON
    assert step.row
    assert step.row.progress.next_lesson == lessons[1]


def test_the_quiz_after_the_last_lesson(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    assert learning_of(cast.member).step.kind == StepKind.START_QUIZ


def test_a_quiz_out_of_season_is_passed_over(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    course.counts_in = 3 - current_period(cast.member.village_id).half
    course.save()
    assert learning_of(cast.member).step.kind == StepKind.CATALOGUE


def test_a_course_out_of_season_is_not_proposed(cast: Cast, course: CoursePage):
    half = current_period(cast.member.village_id).half
    CoursePage.objects.filter(pk=course.pk).update(counts_in=3 - half, compulsory=True)
    assert learning_of(cast.member).step.kind == StepKind.CATALOGUE
    CoursePage.objects.filter(pk=course.pk).update(counts_in=half)
    assert learning_of(cast.member).step.row.course == course


def test_a_quiz_that_cannot_be_started_is_passed_over(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    course.quiz.bank.questions.update(is_active=False)
    learning = learning_of(cast.member)
    assert (learning.step.kind, learning.held_up) == (StepKind.CATALOGUE, {course.pk})


def test_a_quiz_without_a_try_left_is_passed_over(cast: Cast, course: CoursePage):
    course.quiz.max_attempts = 1
    course.quiz.save()
    finish_lessons(cast.member, course)
    sit(cast.member, course, right=False)
    learning = learning_of(cast.member)
    assert (learning.step.kind, learning.held_up) == (StepKind.CATALOGUE, {course.pk})


def test_the_open_attempt_before_all(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    attempt = start_quiz(member=cast.member, course=course)
    enrol(member=cast.member, course=make_course("Lain"))
    step = learning_of(cast.member).step
    assert (step.kind, step.attempt_id) == (StepKind.QUIZ, attempt.pk)


def test_a_failed_quiz_may_be_tried_again(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    sit(cast.member, course, right=False)
    assert learning_of(cast.member).step.kind == StepKind.START_QUIZ


def test_who_has_done_their_share_sees_the_certificate(cast: Cast, course: CoursePage):
    complete_course(attempt=pass_course(cast.member, course))
    make_course("Pilihan")
    learning = learning_of(cast.member)
    assert learning.step.kind == StepKind.CERTIFICATES
    assert [row.course for row in learning.finished] == [course]


def test_but_a_compulsory_course_still_waits(cast: Cast, course: CoursePage):
    complete_course(attempt=pass_course(cast.member, course))
    make_course("Wajib", compulsory=True)
    assert learning_of(cast.member).step.kind == StepKind.COURSE


def test_a_new_period_asks_for_something_new_first(cast: Cast, course: CoursePage):
    complete_course(attempt=pass_course(cast.member, course))
    earlier(cast.member)
    other = make_course("Pilihan")
    step = learning_of(cast.member).step
    assert (step.kind, step.row and step.row.course) == (StepKind.COURSE, other)


def test_a_new_period_may_repeat_the_only_course(cast: Cast, course: CoursePage):
    complete_course(attempt=pass_course(cast.member, course))
    earlier(cast.member)
    step = learning_of(cast.member).step
    assert (step.kind, step.row and step.row.course) == (StepKind.COURSE, course)


def test_nor_repeats_it_while_its_quiz_cannot_be_started(cast: Cast, course: CoursePage):
    complete_course(attempt=pass_course(cast.member, course))
    earlier(cast.member)
    course.quiz.bank.questions.update(is_active=False)
    assert learning_of(cast.member).step.kind == StepKind.CERTIFICATES


def test_unpublished_courses_are_left_out(cast: Cast, course: CoursePage):
    enrol(member=cast.member, course=course)
    course.unpublish()
    learning = learning_of(cast.member)
    assert learning.going_on == []
    assert learning.step.kind == StepKind.CATALOGUE


def test_only_ones_own_courses(cast: Cast, course: CoursePage):
    enrol(member=cast.other_member, course=course)
    assert learning_of(cast.member).going_on == []


# --- the page ---------------------------------------------------------------------------------


def test_the_page_names_every_step(client: Client, cast: Cast):
    course = make_course(quiz=QuizFactory(draw=3), compulsory=True)
    page = "/belajar/"
    assert "Mulai belajar" in client.get(page).content.decode()
    enrol(member=cast.member, course=course)
    assert "Lanjutkan belajar" in client.get(page).content.decode()
    finish_lessons(cast.member, course)
    assert "Mulai kuis akhir" in client.get(page).content.decode()
    start_quiz(member=cast.member, course=course)
    assert "Lanjutkan kuis" in client.get(page).content.decode()
    complete_course(attempt=sit(cast.member, course))
    assert "Lihat sertifikat" in client.get(page).content.decode()


def test_the_standing_comes_first_and_one_button_leads_on(client: Client, course: CoursePage):
    page = client.get("/belajar/").content.decode()
    assert 0 < page.index('class="standing') < page.index('class="next-step"')
    assert page.count("button--large") == 1


def test_a_course_that_only_lacks_its_quiz_says_so(client: Client, cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    words = "Kuis akhirnya belum dapat dimulai"
    assert words not in client.get("/belajar/").content.decode()
    course.quiz.bank.questions.update(is_active=False)
    page = client.get("/belajar/").content.decode()
    assert words in page
    assert "Mulai kuis akhir" not in page


def test_an_empty_home_leads_to_the_catalogue(client: Client):
    assert "Belum ada kursus baru untuk wilayah Anda" in client.get("/belajar/").content.decode()


def test_queries(client: Client, cast: Cast, django_assert_max_num_queries):
    for number in range(6):
        finish_lessons(cast.member, make_course(f"Kursus {number}"))
    open_standing(member=cast.member, period=current_period(cast.member.village_id))
    client.get("/belajar/")
    # One of them counts the menu's notices, two ask whether a quiz would start, six are the outlook, four the year; one
    # asks for the half before, and early in a half the outlook does so too.
    with django_assert_max_num_queries(25):
        client.get("/belajar/")


# --- who is no active member ------------------------------------------------------------------


def test_who_waits_reads_what_happens_next(cast: Cast):
    client = Client()
    client.force_login(cast.pending_member.user)
    page = client.get("/belajar/").content.decode()
    assert "Menunggu verifikasi desa" in page
    assert "Muara Ninian" in page
    assert 'href="/akun/">Lihat pendaftaran' in page


def test_who_was_refused_reads_why(cast: Cast):
    member = cast.pending_member
    Member.objects.filter(pk=member.pk).update(status=Member.Status.REFUSED, refusal_reason="NIK tidak cocok <b>")
    client = Client()
    client.force_login(member.user)
    page = client.get("/belajar/").content.decode()
    assert "NIK tidak cocok &lt;b&gt;" in page
    assert 'href="/akun/perbaiki/">Perbaiki dan kirim ulang' in page


def test_who_left_keeps_their_certificates(cast: Cast):
    Member.objects.filter(pk=cast.member.pk).update(status=Member.Status.INACTIVE)
    client = Client()
    client.force_login(cast.member.user)
    assert "Lihat sertifikat saya" in client.get("/belajar/").content.decode()


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("trainer", "akun petugas"),
        ("village_officer", "akun petugas"),
        ("liaison", "akun mitra"),
        ("stranger", "belum terhubung"),
    ],
)
def test_who_is_no_member_is_shown_the_way(cast: Cast, role: str, words: str):
    client = Client()
    client.force_login(getattr(cast, role))
    assert words in client.get("/belajar/").content.decode()


def test_strangers_log_in(db: None):
    assert Client().get(reverse("courses:learn")).headers["Location"] == "/masuk/?next=/belajar/"


def test_a_compulsory_course_says_when_it_may_be_taken_again(client: Client, cast: Cast, course: CoursePage):
    policy = Policy.objects.create(region_id="63")
    PolicyCourse.objects.create(
        policy=policy, subject=course.subject, title=course.title, valid_months=24, window_days=60
    )
    complete_course(attempt=pass_course(cast.member, course))
    client.force_login(cast.member.user)
    page = client.get("/belajar/").content.decode()
    assert "Kursus wajib yang diulang" in page
    assert "dapat diulang mulai" in page
    assert f'<a href="{course.public_path}" class="row">' in page
