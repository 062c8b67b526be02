"""Who may open the pages of exemptions, extensions and reversals, and finding what an address means."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from members.access import Access
from members.decorators import OfficerRequest
from members.models import Member, User
from training.exemption_services import may_decide_exemption, may_decide_extension
from training.models import Exemption, Extension, TrainingRecord

P = ParamSpec("P")
WITH_PEOPLE = ("member__village__parent", "member__user", "asked_by", "decided_by")


class PersonRequest(HttpRequest):
    """A request of an active member, an officer, or somebody who is both."""

    access: Access
    user: User


PersonView = Callable[Concatenate[PersonRequest, P], HttpResponseBase]


def active_member(access: Access) -> Member | None:
    """The person's own membership, if it is active."""
    member = access.member
    return member if member is not None and member.status == Member.Status.ACTIVE else None


def member_or_officer_required(view: PersonView[P]) -> PersonView[P]:
    """Active members and officers of any level; others get 403, strangers the log-in page."""

    @login_required
    @wraps(view)
    def guarded(request: PersonRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not (request.access.officer_scope or active_member(request.access)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(PersonView[P], guarded)  # the decorator's stubs know only HttpRequest


def officer_of(request: OfficerRequest) -> User:
    """The officer behind the request."""
    assert isinstance(request.user, User)  # noqa: S101  # officer_required let nobody else in
    return request.user


def as_uuid(text: str) -> UUID | None:
    """The key that a form or an address names; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def find_exemption(request: OfficerRequest, uuid: UUID) -> Exemption:
    """An exemption of the officer's region; a neighbour's is 404."""
    return get_object_or_404(Exemption.objects.within(request.scope).select_related(*WITH_PEOPLE), uuid=uuid)


def find_decidable_exemption(request: OfficerRequest, uuid: UUID) -> Exemption:
    """An exemption about which this officer decides; who only reads it gets 403."""
    exemption = find_exemption(request, uuid)
    if not may_decide_exemption(exemption=exemption, user=officer_of(request)):
        raise PermissionDenied
    return exemption


def find_extension(request: PersonRequest, uuid: UUID) -> Extension:
    """An extension that this person may see: their own, or one of the officer's region."""
    visible = Extension.objects.visible_to(request.access).select_related("period", *WITH_PEOPLE)
    return get_object_or_404(visible, uuid=uuid)


def find_decidable_extension(request: OfficerRequest, uuid: UUID) -> Extension:
    """An extension of the officer's region; their own is not theirs to answer and gives 403."""
    found = Extension.objects.within(request.scope).select_related("period", *WITH_PEOPLE)
    extension = get_object_or_404(found, uuid=uuid)
    if not may_decide_extension(extension=extension, user=officer_of(request)):
        raise PermissionDenied
    return extension


def find_reversible(request: OfficerRequest, pk: int) -> TrainingRecord:
    """A training of a member of the officer's region; nobody takes back one of their own."""
    members = Member.objects.within(request.scope)
    records = TrainingRecord.objects.select_related("member__village__parent", "period", "reversal")
    record = get_object_or_404(records, pk=pk, member__in=members)
    if record.member.user_id == request.user.pk:
        raise PermissionDenied
    return record
