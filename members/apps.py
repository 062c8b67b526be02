"""Configuration of the room."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Users, members, roles over regions, registration and verification."""

    name = "members"
