"""What an officer changes about a membership: its end, a return, the village.

These write the member and their history. What the halves and the inbox make of it follows in `training.membership`,
in the same transaction: who changes a member for an officer calls that.
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.access import Access
from members.errors import (
    AlreadyThere,
    DayImpossible,
    DuplicateNIK,
    NotAVillage,
    NotEnded,
    NotServing,
    OutOfReach,
    OwnMembership,
    ReasonMissing,
)
from members.models import Member, MemberEvent, MoveRequest, User
from regions.models import Region
from regions.timezones import local_date

Kind = MemberEvent.Kind


# --- what all of them ask first ------------------------------------------------------------------


def locked_for(member: Member, by: User) -> Member:
    """The member as stored now, locked until the transaction ends, if `by` still is an officer over them.

    Asked again under the lock: the member may have moved since the officer opened the page. Raises OwnMembership and
    OutOfReach.
    """
    locked = lock(member)
    if locked.user_id == by.pk:
        raise OwnMembership
    if not Access(by).officer_scope.covers(locked.village_id):
        raise OutOfReach
    return locked


def lock(member: Member) -> Member:
    """The member as stored now, locked until the transaction ends; inserts that refer to them may go on.

    Without a join: PostgreSQL looks at the other side of one as it was before the wait, and would not find a member who
    moved meanwhile.
    """
    return Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def said(reason: str) -> str:
    """The reason without the space around it. Raises ReasonMissing."""
    if not (stripped := reason.strip()):
        raise ReasonMissing
    return stripped


def possible_days(member: Member) -> tuple[date, date]:
    """From when until when something may be said to have happened: since joining and the last change, until today.

    Who came from where the day begins earlier may have been moved tomorrow, by the clock of the new village.
    """
    last = member.events.filter(on__isnull=False).order_by("-on").values_list("on", flat=True).first()
    first = max(day for day in (member.joined_on or date.min, last or date.min))
    return first, max(first, local_date(timezone.now(), member.village_id))


def check_day(member: Member, on: date) -> None:
    """Raises DayImpossible."""
    first, last = possible_days(member)
    if not first <= on <= last:
        raise DayImpossible(first, last)


def latest_event_id(member: Member) -> int:
    """What a form remembers of the member it showed; 0 where nothing ever happened."""
    return member.events.order_by("-pk").values_list("pk", flat=True).first() or 0


def _same_again(member: Member, kind: str, on: date, by: User) -> MemberEvent | None:
    """The last dated event, where it already says this, of the same officer: they pressed the button twice."""
    last = member.events.filter(kind__in=MemberEvent.DATED).order_by("-pk").first()
    return last if last and (last.kind, last.on, last.by_id) == (kind, on, by.pk) else None


# --- the end, and the way back -------------------------------------------------------------------


@transaction.atomic
def end_service(*, member: Member, by: User, kind: str, on: date, reason: str) -> MemberEvent:
    """End a membership: they resigned, retired, died or were dismissed (`MemberEvent.ENDINGS`).

    Saying the same twice changes nothing. A request to move that waits is withdrawn; the account of who died is closed.
    Raises ReasonMissing, OwnMembership, OutOfReach, NotServing and DayImpossible.
    """
    if kind not in MemberEvent.ENDINGS:
        raise ValueError(kind)
    reason, member = said(reason), locked_for(member, by)
    if member.status == Member.Status.INACTIVE and (before := _same_again(member, kind, on, by)):
        return before
    if member.status != Member.Status.ACTIVE:
        raise NotServing
    check_day(member, on)
    member.status = Member.Status.INACTIVE
    member.save(update_fields=["status"])
    withdraw_waiting(member, by=by)
    changes = _switch_account(member, on=False) if kind == Kind.DIED else []
    return MemberEvent.objects.create(member=member, kind=kind, by=by, on=on, reason=reason, changes=changes)


@transaction.atomic
def reinstate(*, member: Member, by: User, on: date, reason: str) -> MemberEvent:
    """Let somebody serve again whose membership had ended, or whose end was a mistake; their number stays.

    Raises ReasonMissing, OwnMembership, OutOfReach, NotEnded, DayImpossible, and DuplicateNIK when somebody else is
    active with the same NIK meanwhile.
    """
    reason, member = said(reason), locked_for(member, by)
    if member.status == Member.Status.ACTIVE and (before := _same_again(member, Kind.REINSTATED, on, by)):
        return before
    if member.status != Member.Status.INACTIVE:
        raise NotEnded
    check_day(member, on)
    member.status = Member.Status.ACTIVE
    try:
        with transaction.atomic():
            member.save(update_fields=["status"])
    except IntegrityError as error:
        raise DuplicateNIK from error
    ending = member.events.endings().order_by("-pk").first()
    changes = _switch_account(member, on=True) if ending and ending.has_changed("account") else []
    return MemberEvent.objects.create(member=member, kind=Kind.REINSTATED, by=by, on=on, reason=reason, changes=changes)


def own_account(member: Member) -> User | None:
    """The account, where it is no more than the member's: an officer of a village never touches one above them."""
    user = member.user
    if user is None or user.is_staff or user.is_superuser or user.role_grants.exists() or user.groups.exists():
        return None
    return user


def _switch_account(member: Member, *, on: bool) -> list[dict[str, str]]:
    """Close the account, or open it again; what the history says of it."""
    user = own_account(member)
    if user is None or user.is_active == on:
        return []
    user.is_active = on
    user.save(update_fields=["is_active"])
    words = [_("dapat masuk"), _("ditutup")]
    before, after = reversed(words) if on else words
    return [{"field": "account", "before": before, "after": after}]


# --- another village -----------------------------------------------------------------------------


@transaction.atomic
def move_member(*, member: Member, by: User, village: Region, on: date, reason: str) -> MemberEvent:
    """Move a member at once, by an officer over both villages; others ask by `members.moves.ask_move`.

    Their number stays. Raises ReasonMissing, OwnMembership, OutOfReach, NotServing, DayImpossible, NotAVillage, and
    AlreadyThere unless this officer said just that before.
    """
    reason, member = said(reason), locked_for(member, by)
    if not Access(by).officer_scope.covers(village.pk):
        raise OutOfReach
    if member.village_id == village.pk and (before := _same_again(member, Kind.MOVED, on, by)):
        return before
    check_move(member, village, on)
    withdraw_waiting(member, by=by)
    return carry_over(member, village=village, on=on, reason=reason, by=by)


def check_move(member: Member, village: Region, on: date) -> None:
    """Whether the (locked) member may move there. Raises NotServing, NotAVillage, AlreadyThere and DayImpossible."""
    if member.status != Member.Status.ACTIVE:
        raise NotServing
    if village.level != Region.Level.VILLAGE or village.retired_on is not None:
        raise NotAVillage
    if member.village_id == village.pk:
        raise AlreadyThere
    check_day(member, on)


def carry_over(member: Member, *, village: Region, on: date, reason: str, by: User) -> MemberEvent:
    """Write the (locked) member into the other village, with the history."""
    change = {"field": "village", "before": member.village.full_name, "after": village.full_name}
    member.village = village
    member.save(update_fields=["village"])
    return MemberEvent.objects.create(member=member, kind=Kind.MOVED, by=by, on=on, reason=reason, changes=[change])


def withdraw_waiting(member: Member, *, by: User) -> None:
    """The (locked) member's request to move, if one waits, has no object any more."""
    waiting = MoveRequest.objects.waiting().filter(member=member)
    waiting.update(status=MoveRequest.Status.WITHDRAWN, decided_by=by, decided_at=timezone.now())
