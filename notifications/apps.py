"""Configuration of the room."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """One inbox and the channels that leave it."""

    name = "notifications"
