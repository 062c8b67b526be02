"""Configuration of the room."""

from importlib import import_module

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """The requirement: policy, period, ledger, standing and tallies."""

    name = "training"

    def ready(self) -> None:
        """Connect the receivers."""
        import_module("training.receivers")
