"""People: the user who logs in, the member of Linmas, and roles over regions."""

from members.member import Member, MemberQuerySet, Squad
from members.roles import RoleGrant, RoleKind
from members.users import User

__all__ = ["Member", "MemberQuerySet", "RoleGrant", "RoleKind", "Squad", "User"]
