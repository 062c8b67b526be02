"""Configuration of the room."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """Course and lesson pages, enrolment and progress."""

    name = "courses"
