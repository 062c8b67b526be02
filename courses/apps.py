"""Configuration of the room."""

from importlib import import_module

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """Course and lesson pages, enrolment and progress."""

    name = "courses"

    def ready(self) -> None:
        """Listen to the rooms below."""
        import_module("courses.receivers")
