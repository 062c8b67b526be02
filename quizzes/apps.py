"""Configuration of the room."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """Question banks, attempts and marking; knows no course."""

    name = "quizzes"
