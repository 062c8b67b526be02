"""Configuration of the room."""

from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """One inbox and the channels that leave it."""

    name = "notifications"

    def ready(self) -> None:
        """Connect the receivers, which need the models to be loaded, and register the checks."""
        import_module("notifications.receivers")
        import_module("notifications.checks")
