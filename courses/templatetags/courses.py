"""Courses on other rooms' pages: `{% course_cards limit=3 as rows %}`, `{% sitting_of attempt as sitting %}`."""

from django import template

from courses.models import CoursePage, Sitting
from courses.progress import CourseRow, progress_of
from quizzes.models import Attempt

register = template.Library()


@register.simple_tag
def course_cards(limit: int = 3) -> list[CourseRow]:
    """The first courses of the catalogue as a visitor sees it: compulsory ones first."""
    courses = list(CoursePage.objects.live().order_by("-compulsory", "title", "pk").for_cards()[:limit])
    progress = progress_of(None, courses)
    return [CourseRow(course, progress[course.pk]) for course in courses]


@register.simple_tag
def sitting_of(attempt: Attempt) -> Sitting | None:
    """Which enrolment an attempt served, with its `record` once it counts; None for a quiz of no course."""
    return Sitting.objects.select_related("enrolment").filter(attempt=attempt).first()
