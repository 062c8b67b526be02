"""Configuration of the room."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Numbering, PDF and public verification of certificates."""

    name = "certificates"
