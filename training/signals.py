"""Signals of the room; sent after commit, ids only."""

from django.dispatch import Signal

training_recorded = Signal()
"""A row joined the ledger. Arguments: record_id (int)."""

training_reversed = Signal()
"""A row of the ledger was taken back. Arguments: record_id (int)."""
