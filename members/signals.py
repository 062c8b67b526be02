"""Signals of the room; all are sent after commit and carry ids only."""

from django.dispatch import Signal

member_verified = Signal()
"""A member became active. Arguments: member_id (int)."""

role_granted = Signal()
"""A person got a role over a region. Arguments: grant_id (int)."""
