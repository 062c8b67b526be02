"""Configuration of the room."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """The requirement: policy, period, ledger, standing and tallies."""

    name = "training"
