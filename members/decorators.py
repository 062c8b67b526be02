"""Who may open a view: strangers go to the log-in page, the wrong role gets 403, the neighbour's data is 404."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from members.access import Access
from members.member import Member
from members.users import User
from regions.scope import Scope

P = ParamSpec("P")


class OfficerRequest(HttpRequest):
    """A request of an officer, who has an account: `scope` is what they may see."""

    user: User
    access: Access
    scope: Scope


class MemberRequest(HttpRequest):
    """A request of a verified, active member."""

    access: Access
    member: Member


OfficerView = Callable[Concatenate[OfficerRequest, P], HttpResponseBase]
MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def _scope_required(view: OfficerView[P], attribute: str) -> OfficerView[P]:
    @login_required
    @wraps(view)
    def guarded(request: OfficerRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        scope: Scope = getattr(request.access, attribute)
        if not scope:
            raise PermissionDenied
        request.scope = scope
        return view(request, *args, **kwargs)

    return cast(OfficerView[P], guarded)


def officer_required(view: OfficerView[P]) -> OfficerView[P]:
    """Officers of any level; sets `request.scope`."""
    return _scope_required(view, "officer_scope")


def district_officer_required(view: OfficerView[P]) -> OfficerView[P]:
    """Officers of a kecamatan or above; sets `request.scope`."""
    return _scope_required(view, "district_scope")


def policy_officer_required(view: OfficerView[P]) -> OfficerView[P]:
    """Officers who set policies, of a kabupaten/kota or above; sets `request.scope`."""
    return _scope_required(view, "policy_scope")


def member_required(view: MemberView[P]) -> MemberView[P]:
    """Verified, active members; sets `request.member`."""

    @login_required
    @wraps(view)
    def guarded(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        member = request.access.member
        if member is None or member.status != Member.Status.ACTIVE:
            raise PermissionDenied
        request.member = member
        return view(request, *args, **kwargs)

    return cast(MemberView[P], guarded)
