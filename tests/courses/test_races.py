"""Two workers, two tabs, two operators at once: real threads, on either database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection

from courses.models import CoursePage, CourseShelfPage, Enrolment, LessonCompletion, LessonPage, Sitting
from courses.services import complete_course, complete_lesson, enrol, open_shelf, start_quiz
from quizzes.models import Attempt
from regions.models import Region
from tests.cast import Cast
from tests.courses.helpers import finish_lessons, pass_course
from tests.training.conftest import open_halves
from training.models import TrainingRecord

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("books_in_order"),
]


@pytest.fixture(autouse=True)
def opened(cast: Cast) -> None:
    """The running half is open for everybody."""
    open_halves()


def twice(call: Callable[[], object]) -> None:
    """Run the call in two threads that start together; either one failing fails the test."""
    barrier = Barrier(2)

    def run(_number: int) -> object:
        close_old_connections()
        barrier.wait(timeout=30)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))


def test_two_workers_complete_one_course(cast: Cast, course: CoursePage):
    attempt = pass_course(cast.member, course)
    twice(lambda: complete_course(attempt=attempt))
    assert TrainingRecord.objects.count() == 1
    assert Enrolment.objects.get().record == TrainingRecord.objects.get()


def test_two_tabs_start_one_attempt(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    twice(lambda: start_quiz(member=cast.member, course=course))
    assert Attempt.objects.count() == Sitting.objects.count() == 1


def test_two_taps_enrol_once(cast: Cast, course: CoursePage):
    twice(lambda: enrol(member=cast.member, course=course))
    assert Enrolment.objects.count() == 1


def test_two_taps_finish_a_lesson_once(cast: Cast, lessons: list[LessonPage]):
    twice(lambda: complete_lesson(member=cast.member, lesson=lessons[0]))
    assert Enrolment.objects.count() == LessonCompletion.objects.count() == 1


def test_two_operators_open_one_shelf(cast: Cast):
    twice(lambda: open_shelf(region=Region.objects.get(pk="63.11")))
    assert CourseShelfPage.objects.count() == 1
