"""Course pages and what members do with them."""

from courses.enrolments import Enrolment, EnrolmentQuerySet, LessonCompletion, Sitting
from courses.lessons import LessonPage
from courses.pages import CourseIndexPage, CoursePage, CourseShelfPage, SyllabusItem

__all__ = [
    "CourseIndexPage",
    "CoursePage",
    "CourseShelfPage",
    "Enrolment",
    "EnrolmentQuerySet",
    "LessonCompletion",
    "LessonPage",
    "Sitting",
    "SyllabusItem",
]
