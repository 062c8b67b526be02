"""Signals of the room; all are sent after commit and carry ids only."""

from django.dispatch import Signal

member_registered = Signal()
"""Somebody registered, or sent a corrected registration. Arguments: event_id (int), a MemberEvent."""

member_verified = Signal()
"""A member became active. Arguments: member_id (int)."""

member_refused = Signal()
"""A registration was refused. Arguments: event_id (int), a MemberEvent."""

role_granted = Signal()
"""A person got a role over a region. Arguments: grant_id (int)."""
