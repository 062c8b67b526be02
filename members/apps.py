"""Configuration of the room."""

from importlib import import_module

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Users, members, roles over regions, registration and verification."""

    name = "members"

    def ready(self) -> None:
        """Connect the receivers, which need the models to be loaded."""
        import_module("members.receivers")
