"""Configuration of the room."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Activity reports of the villages."""

    name = "reports"
