"""Finding the evidence that an address means."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from training.models import Evidence
from training.request_access import PersonRequest


def find_evidence(request: PersonRequest, uuid: UUID) -> Evidence:
    """The evidence, if this person may see it; anybody else's does not exist."""
    visible = Evidence.objects.visible_to(request.access)
    whole = visible.select_related(
        "member__village__parent", "village__parent", "entered_by", "decided_by", "record__reversal"
    )
    return get_object_or_404(whole, uuid=uuid)


def find_decidable(request: PersonRequest, uuid: UUID) -> Evidence:
    """The evidence, if this person is an officer over its village; a member who only reads it gets 403."""
    evidence = find_evidence(request, uuid)
    if not request.access.officer_scope.covers(evidence.current_village.pk):
        raise PermissionDenied
    return evidence
