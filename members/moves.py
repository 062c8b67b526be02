"""Moves between villages of different officers: one side asks, the other answers; until then the member stays.

Like `members.changes` these write the member only; `training.membership` settles and tells in the same transaction.
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from members.access import Access
from members.changes import carry_over, check_move, lock, locked_for, said
from members.errors import DayImpossible, MoveAnswered, MoveOutdated, MoveWaits, NotTheirMove, OwnMembership
from members.models import Member, MemberEvent, MoveRequest, User
from regions.models import Region

Status = MoveRequest.Status


@transaction.atomic
def ask_move(*, member: Member, by: User, village: Region, on: date, reason: str) -> MoveRequest:
    """Ask the officers of another village to receive a member; the same request twice is the one that waits.

    Raises ReasonMissing, OwnMembership, OutOfReach, NotServing, NotAVillage, AlreadyThere, DayImpossible and MoveWaits.
    """
    reason, member = said(reason), locked_for(member, by)
    check_move(member, village, on)
    if waiting := MoveRequest.objects.waiting().filter(member=member).first():
        if (waiting.to_village_id, waiting.on) == (village.pk, on):
            return waiting
        raise MoveWaits
    facts = {"from_village_id": member.village_id, "to_village": village, "on": on, "reason": reason}
    try:
        with transaction.atomic():
            return MoveRequest.objects.create(member=member, asked_by=by, **facts)
    except IntegrityError as error:
        raise MoveWaits from error


@transaction.atomic
def accept_move(*, request: MoveRequest, by: User) -> MemberEvent:
    """Receive the member: they belong to the new village from now on. Accepting twice changes nothing.

    Raises OwnMembership, NotTheirMove, MoveAnswered, NotServing, and MoveOutdated where the day is no longer possible.
    """
    request = _locked(request)
    _require_receiver(request, by)
    if request.status == Status.ACCEPTED and request.decided_by_id == by.pk:
        return MemberEvent.objects.filter(member=request.member, kind=MemberEvent.Kind.MOVED).latest("pk")
    _require_waiting(request)
    try:
        check_move(request.member, request.to_village, request.on)
    except DayImpossible as error:
        raise MoveOutdated from error
    _answer(request, Status.ACCEPTED, by)
    return carry_over(request.member, village=request.to_village, on=request.on, reason=request.reason, by=by)


@transaction.atomic
def refuse_move(*, request: MoveRequest, by: User, reason: str) -> MoveRequest:
    """Leave the member where they are, with a reason that the other side reads.

    Raises ReasonMissing, OwnMembership, NotTheirMove and MoveAnswered.
    """
    reason, request = said(reason), _locked(request)
    _require_receiver(request, by)
    _require_waiting(request)
    return _answer(request, Status.REFUSED, by, reason)


@transaction.atomic
def withdraw_move(*, request: MoveRequest, by: User) -> MoveRequest:
    """Take the request back, by an officer of the member's village. Withdrawing twice changes nothing.

    Raises OwnMembership, OutOfReach and MoveAnswered.
    """
    request = _locked(request)
    locked_for(request.member, by)
    if request.status == Status.WITHDRAWN:
        return request
    _require_waiting(request)
    return _answer(request, Status.WITHDRAWN, by)


def _locked(request: MoveRequest) -> MoveRequest:
    """The request as stored now, its member locked first as everywhere."""
    member = lock(request.member)
    rows = MoveRequest.objects.select_for_update(of=("self",)).select_related("to_village", "from_village", "asked_by")
    stored = rows.get(pk=request.pk)
    stored.member = member
    return stored


def _require_receiver(request: MoveRequest, by: User) -> None:
    if request.member.user_id == by.pk:
        raise OwnMembership
    if not Access(by).officer_scope.covers(request.to_village_id):
        raise NotTheirMove


def _require_waiting(request: MoveRequest) -> None:
    if not request.is_waiting:
        raise MoveAnswered


def _answer(request: MoveRequest, status: MoveRequest.Status, by: User, reason: str = "") -> MoveRequest:
    request.status, request.decision_reason = status, reason
    request.decided_by, request.decided_at = by, timezone.now()
    request.save(update_fields=["status", "decision_reason", "decided_by", "decided_at"])
    return request
