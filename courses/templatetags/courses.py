"""Courses on other rooms' pages: `{% load courses %}{% course_cards limit=3 as rows %}`."""

from django import template

from courses.models import CoursePage
from courses.progress import CourseRow, progress_of

register = template.Library()


@register.simple_tag
def course_cards(limit: int = 3) -> list[CourseRow]:
    """The first courses of the catalogue as a visitor sees it: compulsory ones first."""
    courses = list(CoursePage.objects.live().order_by("-compulsory", "title", "pk").with_covers()[:limit])
    progress = progress_of(None, courses)
    return [CourseRow(course, progress[course.pk]) for course in courses]
