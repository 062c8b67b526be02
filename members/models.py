"""People: the user who logs in, the member of Linmas, and roles over regions."""

from members.member import Member, MemberNumbers, MemberQuerySet, Squad
from members.move_requests import MoveRequest
from members.records import MemberEvent, NikAccess
from members.roles import RoleGrant, RoleKind
from members.users import User

__all__ = [
    "Member",
    "MemberEvent",
    "MemberNumbers",
    "MemberQuerySet",
    "MoveRequest",
    "NikAccess",
    "RoleGrant",
    "RoleKind",
    "Squad",
    "User",
]
