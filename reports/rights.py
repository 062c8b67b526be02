"""Who may write for which village and who reviews it, read off a person's roles.

A village officer writes for the own village, an officer of the kecamatan reviews; the levels above read.
"""

from django.utils.translation import gettext as _

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


def may_write(access: Access, *, village_code: str, reporter_id: int) -> bool:
    """Whether the person may change or send a report: as its writer, or as the officer of its village."""
    if access.user.pk == reporter_id:
        return writing_scope(access).covers(village_code)
    return village_scope(access).covers(village_code)


def position_in(access: Access, village_code: str) -> str:
    """What the person is in the village, as a report's writer: the position of their role, or their squad."""
    for grant in access.grants:
        if grant.kind == RoleKind.OFFICER and grant.region_id == village_code:
            return grant.position or _("Aparat desa")
    squad = access.member.squad if access.member is not None else None
    return _("Anggota %(squad)s") % {"squad": squad.name} if squad else _("Anggota Satlinmas")
