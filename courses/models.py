"""Course pages and what members do with them."""

from courses.enrolments import Enrolment, EnrolmentQuerySet, LessonCompletion, Sitting
from courses.lessons import LessonPage
from courses.pages import CourseIndexPage, CoursePage, SyllabusItem
from courses.shelves import CourseShelfPage

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
