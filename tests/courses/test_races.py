"""Two workers, two tabs, two operators at once: real threads, on either database."""

import pytest

from courses.models import CoursePage, CourseShelfPage, Enrolment, LessonCompletion, LessonPage, Sitting
from courses.services import complete_course, complete_lesson, enrol, open_shelf, start_quiz
from quizzes.models import Attempt
from regions.models import Region
from tests.cast import Cast
from tests.courses.helpers import finish_lessons, pass_course
from tests.races import at_once
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


def test_two_workers_complete_one_course(cast: Cast, course: CoursePage):
    attempt = pass_course(cast.member, course)
    at_once(*[lambda: complete_course(attempt=attempt)] * 2)
    assert TrainingRecord.objects.count() == 1
    assert Enrolment.objects.get().record == TrainingRecord.objects.get()


def test_two_tabs_start_one_attempt(cast: Cast, course: CoursePage):
    finish_lessons(cast.member, course)
    at_once(*[lambda: start_quiz(member=cast.member, course=course)] * 2)
    assert Attempt.objects.count() == Sitting.objects.count() == 1


def test_two_taps_enrol_once(cast: Cast, course: CoursePage):
    at_once(*[lambda: enrol(member=cast.member, course=course)] * 2)
    assert Enrolment.objects.count() == 1


def test_two_taps_finish_a_lesson_once(cast: Cast, lessons: list[LessonPage]):
    at_once(*[lambda: complete_lesson(member=cast.member, lesson=lessons[0])] * 2)
    assert Enrolment.objects.count() == LessonCompletion.objects.count() == 1


def test_two_operators_open_one_shelf(cast: Cast):
    at_once(*[lambda: open_shelf(region=Region.objects.get(pk="63.11"))] * 2)
    assert CourseShelfPage.objects.count() == 1
