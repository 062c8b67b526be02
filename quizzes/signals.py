"""Signals of the room; sent after commit, ids only."""

from django.dispatch import Signal

attempt_finished = Signal()
"""An attempt was marked, whether passed or not. Arguments: attempt_id (UUID)."""
