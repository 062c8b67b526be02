"""What the room's tests share."""

import pytest

from courses.models import CoursePage, LessonPage
from tests.cast import Cast
from tests.factories import QuizFactory, make_course


@pytest.fixture
def course(cast: Cast) -> CoursePage:
    """Two lessons and a quiz of three questions, on the shelf of Balangan."""
    return make_course(quiz=QuizFactory(draw=3))


@pytest.fixture
def lessons(course: CoursePage) -> list[LessonPage]:
    """The course's lessons in order."""
    return list(LessonPage.objects.child_of(course).order_by("path"))
