"""Who may open the pages of evidence, and finding what an address means."""

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
from members.models import Member, User
from training.models import Evidence

P = ParamSpec("P")


class EvidenceRequest(HttpRequest):
    """A request of somebody who enters or decides about evidence."""

    access: Access
    user: User


EvidenceView = Callable[Concatenate[EvidenceRequest, P], HttpResponseBase]


def active_member(access: Access) -> Member | None:
    """The person's own membership, if it is active."""
    member = access.member
    return member if member is not None and member.status == Member.Status.ACTIVE else None


def evidence_access_required(view: EvidenceView[P]) -> EvidenceView[P]:
    """Active members and officers of any level; others get 403, strangers the log-in page."""

    @login_required
    @wraps(view)
    def guarded(request: EvidenceRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not (request.access.officer_scope or active_member(request.access)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(EvidenceView[P], guarded)  # the decorator's stubs know only HttpRequest


def find_evidence(request: EvidenceRequest, uuid: UUID) -> Evidence:
    """The evidence, if this person may see it; anybody else's does not exist."""
    visible = Evidence.objects.visible_to(request.access)
    whole = visible.select_related("member", "village__parent", "entered_by", "decided_by", "record__reversal")
    return get_object_or_404(whole, uuid=uuid)


def find_decidable(request: EvidenceRequest, uuid: UUID) -> Evidence:
    """The evidence, if this person is an officer over its village; a member who only reads it gets 403."""
    evidence = find_evidence(request, uuid)
    if not request.access.officer_scope.covers(evidence.village_id):
        raise PermissionDenied
    return evidence
