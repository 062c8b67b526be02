"""To whom an officer is named for what they did: to the officers of their own region and of those above it."""

from __future__ import annotations

from collections.abc import Iterable

from members.models import RoleGrant, RoleKind, User
from regions.scope import Scope


def roles_over(user: User, code: str) -> list[RoleGrant]:
    """The user's roles as an officer over the region; no query once their grants are prefetched."""
    return [
        grant
        for grant in user.role_grants.all()
        if grant.kind == RoleKind.OFFICER and Scope.of(grant.region_id).covers(code)
    ]


def is_within(grants: Iterable[RoleGrant], scope: Scope) -> bool:
    """Whether one of these roles lies within what the reader may see, so that they may read the name."""
    return any(scope.covers(grant.region_id) for grant in grants)
