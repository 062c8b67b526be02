"""Configuration of the room."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """The officers' front page: compliance and reports side by side."""

    name = "monitoring"
