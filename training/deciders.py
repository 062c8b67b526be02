"""Who is told that something waits for a decision: the officers nearest to the village."""

from __future__ import annotations

from collections.abc import Iterable

from members.models import RoleGrant, RoleKind, User
from regions.scope import NATION_CODE


def deciders_for(villages: Iterable[str], *, but: Iterable[int | None], above: int | None = None) -> list[User]:
    """Who is told that something waits in these villages: each one's officers, without any those of the nearest level.

    `villages` are codes; the users in `but` decide nothing here. With `above` only officers above that region level
    decide; the nation, which has nobody above it, decides about its own.
    """
    upwards = {code: _upwards(code, above) for code in set(villages)}
    grants = RoleGrant.objects.filter(
        kind=RoleKind.OFFICER, region_id__in={one for codes in upwards.values() for one in codes}, user__is_active=True
    )
    officers: dict[str, list[User]] = {}
    for grant in grants.exclude(user_id__in=[pk for pk in but if pk]).select_related("user"):
        officers.setdefault(grant.region_id, []).append(grant.user)
    told = {
        user for codes in upwards.values() for user in next((officers[one] for one in codes if one in officers), [])
    }
    return sorted(told, key=lambda user: user.pk)


def _upwards(village: str, above: int | None) -> list[str]:
    """The codes of a village and of all above it, the nearest first; of those above a level where one is given."""
    parts = village.split(".")
    codes = [*(".".join(parts[:length]) for length in range(len(parts), 0, -1)), NATION_CODE]
    return codes if above is None else codes[-max(above, 1) :]  # as many levels as lie above it, and one at least
