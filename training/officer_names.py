"""To whom an officer is named for what they did: to the officers of their own region and of those above it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from members.models import RoleGrant, RoleKind, User
from regions.models import Region
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


def name_within(user: User, code: str, scope: Scope) -> str:
    """The officer's name where their role over the region lies within the scope, otherwise from which level they are.

    No query once `role_grants__region` is prefetched.
    """
    grants = roles_over(user, code)
    if is_within(grants, scope):
        return str(user)
    highest = min((grant.region.level for grant in grants), default=None)
    if highest is None:
        return _("admin") if user.is_superuser else _("petugas yang perannya sudah berakhir")
    return _("petugas %(level)s") % {"level": str(Region.Level(highest).label).lower()}
