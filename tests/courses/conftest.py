"""What the room's tests share."""

from copy import deepcopy

import pytest

from courses.models import CoursePage, LessonPage
from tests.cast import Cast
from tests.factories import QuizFactory, make_course


@pytest.fixture(scope="module")
def course_once(cast_once: Cast) -> CoursePage:
    """The course, for a module that says `usefixtures("course_once")`."""
    return make_course(quiz=QuizFactory(draw=3))


@pytest.fixture
def course(request: pytest.FixtureRequest, cast: Cast) -> CoursePage:
    """Two lessons and a quiz of three questions, on the shelf of Balangan."""
    if "course_once" in request.fixturenames:
        return deepcopy(request.getfixturevalue("course_once"))
    return make_course(quiz=QuizFactory(draw=3))


@pytest.fixture
def lessons(course: CoursePage) -> list[LessonPage]:
    """The course's lessons in order."""
    return list(LessonPage.objects.child_of(course).order_by("path"))
