"""Configuration of the room."""

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """The Ministry's region codes, scopes and time zones."""

    name = "regions"
