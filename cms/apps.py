"""Configuration of the room."""

from django.apps import AppConfig


class CMSConfig(AppConfig):
    """Home and information pages, StreamField blocks, site-wide presentation."""

    name = "cms"
