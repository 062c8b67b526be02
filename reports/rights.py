"""Who may write for which village and who reviews it, read off a person's roles.

A village officer writes for the own village, an officer of the kecamatan reviews; the levels above read.
"""

from members.access import Access
from members.models import Member, RoleKind
from regions.models import Region
from regions.scope import Scope


def _officer_scope_at(access: Access, level: int) -> Scope:
    grants = [g for g in access.grants if g.kind == RoleKind.OFFICER and g.region.level == level]
    return Scope.of(*(grant.region_id for grant in grants))


def village_scope(access: Access) -> Scope:
    """The villages of which the person is the village officer."""
    return _officer_scope_at(access, Region.Level.VILLAGE)


def review_scope(access: Access) -> Scope:
    """The kecamatan for which the person verifies and returns reports."""
    return _officer_scope_at(access, Region.Level.DISTRICT)


def writing_scope(access: Access) -> Scope:
    """The villages for which the person may write: as their officer, or as an active member."""
    codes = list(village_scope(access).prefixes)
    if access.member is not None and access.member.status == Member.Status.ACTIVE:
        codes.append(access.member.village_id)
    return Scope.of(*codes)
