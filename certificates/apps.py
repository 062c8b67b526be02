"""Configuration of the room."""

from importlib import import_module

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """Numbering, PDF and public verification of certificates."""

    name = "certificates"

    def ready(self) -> None:
        """Connect the receivers, once the models are loaded, and register the checks."""
        import_module("certificates.receivers")
        import_module("certificates.checks")
