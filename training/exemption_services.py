"""Writes around exemptions and extensions: asked for with a reason, decided by the level above, then settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member, RoleGrant, RoleKind, User
from notifications.services import notify
from regions.models import Region
from regions.timezones import local_date
from training.books import settle
from training.errors import (
    AlreadyDecided,
    AskedBefore,
    AskedByYou,
    BadDates,
    ExtensionOutOfRange,
    NoLongerActive,
    NotAbove,
    NothingToExtend,
    NotTheirOfficer,
    OwnMatter,
    OwnRequest,
    ReasonMissing,
    TooLong,
    TrainingRefused,
)
from training.models import Exemption, Extension, Period, Standing
from training.models.exemption import Decision
from training.policies import ancestors_of
from training.request_notices import close_request, tell_of_exemptions, tell_of_extension
from training.services import lock

R = TypeVar("R", Exemption, Extension)
LONGEST_EXEMPTION = timedelta(days=731)
LONGEST_EXTENSION = timedelta(days=90)


def deciding_level(user: User, member: Member) -> int | None:
    """The highest region level from which the user is an officer over the member; None if they are none.

    An administrator decides from the nation.
    """
    if user.is_superuser:
        return int(Region.Level.NATION)
    regions = ancestors_of(member.village_id)
    grants = RoleGrant.objects.filter(user=user, kind=RoleKind.OFFICER, region__in=regions)
    levels = grants.values_list("region__level", flat=True)
    return min(levels, default=None)


def may_decide_exemption(*, exemption: Exemption, user: User) -> bool:
    """Whether the user serves above the level from which it was asked: the kecamatan for a village and so on.

    That level is kept with the request: who asked may have lost or changed their role since. Nobody decides about
    themselves or what they asked for, administrators included. The nation has nobody above it: its officers decide
    about each other's requests, and another administrator about all.
    """
    level = deciding_level(user, exemption.member)
    if level is None or user.pk in (exemption.member.user_id, exemption.asked_by_id):
        return False
    return level < exemption.asked_level or level == Region.Level.NATION


def may_decide_extension(*, extension: Extension, user: User) -> bool:
    """Whether the user is an officer over the member, of the village or above it.

    Nobody decides about their own, nor about what they asked for in a member's place.
    """
    if user.pk in (extension.member.user_id, extension.asked_by_id):
        return False
    return deciding_level(user, extension.member) is not None


@transaction.atomic
def ask_exemption(
    *,
    members: Sequence[Member],
    kind: str,
    starts_on: date,
    ends_on: date,
    reason: str,
    by: User,
    document: str = "",
) -> list[Exemption]:
    """Ask to excuse these members from `starts_on` to `ends_on`, both included; all are asked for or none.

    The officers above who asks are told.
    Raises ReasonMissing, BadDates, TooLong (two years), NoLongerActive, and AskedBefore if one of them waits or holds
    already.
    """
    if not reason.strip():
        raise ReasonMissing
    if ends_on < starts_on:
        raise BadDates
    if ends_on - starts_on > LONGEST_EXEMPTION:
        raise TooLong
    members = _locked_members(members)
    if any(member.status != Member.Status.ACTIVE for member in members):
        raise NoLongerActive
    facts = {"kind": kind, "starts_on": starts_on, "ends_on": ends_on, "document": document.strip()}
    try:
        with transaction.atomic():
            asked = [
                Exemption.objects.create(
                    member=member, reason=reason.strip(), asked_by=by, asked_level=_asking_level(by, member), **facts
                )
                for member in members
            ]
    except IntegrityError as error:
        raise AskedBefore from error
    tell_of_exemptions(asked)
    return asked


def _locked_members(members: Sequence[Member]) -> list[Member]:
    """As stored now and in the same order, locked by their keys' order: who moves meanwhile is asked about once."""
    rows = Member.objects.select_for_update(of=("self",), no_key=True).select_related("village").order_by("pk")
    locked = {row.pk: row for row in rows.filter(pk__in=[member.pk for member in members])}
    return [locked[member.pk] for member in members]


def _asking_level(by: User, member: Member) -> int:
    level = deciding_level(by, member)
    return int(Region.Level.VILLAGE) if level is None else level


@transaction.atomic
def grant_exemption(*, exemption: Exemption, by: User) -> Exemption:
    """Grant an exemption and settle every half it touches.

    Raises AlreadyDecided, OwnMatter, OwnRequest and NotAbove.
    """
    exemption = _locked(exemption, Decision.WAITING)
    _require_above(exemption, by)
    _answer(exemption, Decision.GRANTED, by)
    _settle_exemption(exemption)
    _tell(exemption, _("Dispensasi disetujui"), exemption.reason)
    return exemption


@dataclass
class Answered:
    """What became of several requests: each is granted now, or was left with the refusal."""

    granted: list[Exemption] = field(default_factory=list)
    left: list[tuple[Exemption, TrainingRefused]] = field(default_factory=list)


def grant_several(*, exemptions: Iterable[Exemption], by: User) -> Answered:
    """Grant each in a transaction of its own and under its own rules; one that is granted already stays so.

    A refused one never takes the others with it.
    """
    outcome = Answered()
    for one in exemptions:
        try:
            outcome.granted.append(one if one.status == Decision.GRANTED else grant_exemption(exemption=one, by=by))
        except TrainingRefused as refusal:
            outcome.left.append((one, refusal))
    return outcome


@transaction.atomic
def refuse_exemption(*, exemption: Exemption, by: User, reason: str) -> Exemption:
    """Refuse an exemption with a reason. Raises ReasonMissing and as grant_exemption does."""
    exemption = _locked(exemption, Decision.WAITING)
    _require_above(exemption, by)
    _answer(exemption, Decision.REFUSED, by, reason)
    _tell(exemption, _("Dispensasi ditolak"), exemption.decision_reason)
    return exemption


@transaction.atomic
def withdraw_exemption(*, exemption: Exemption, by: User, reason: str) -> Exemption:
    """Take a granted exemption back with a reason: what it excused is owed again. Raises as refuse_exemption does."""
    exemption = _locked(exemption, Decision.GRANTED)
    _require_above(exemption, by)
    _answer(exemption, Decision.WITHDRAWN, by, reason)
    _settle_exemption(exemption)
    _tell(exemption, _("Dispensasi dicabut"), exemption.decision_reason)
    return exemption


@transaction.atomic
def ask_extension(*, member: Member, period: Period, until: date, reason: str, by: User) -> Extension:
    """Ask for longer to meet one half: at most 90 days beyond it; the officers over the member are told.

    `by` is the member or an officer in their place, who leaves the answer to another one.
    Raises ReasonMissing, NothingToExtend, ExtensionOutOfRange, and AskedBefore if one waits or holds already.
    """
    if not reason.strip():
        raise ReasonMissing
    member = lock(member)  # a move hands over what waits: it comes before this, or finds it
    owed = Standing.objects.missing().filter(member=member, period=period)
    if member.status != Member.Status.ACTIVE or not owed.exists():
        raise NothingToExtend
    today = local_date(timezone.now(), member.village_id)
    if not max(period.last_day, today) < until <= period.last_day + LONGEST_EXTENSION:
        raise ExtensionOutOfRange
    try:
        with transaction.atomic():
            extension = Extension.objects.create(
                member=member, period=period, until=until, reason=reason.strip(), asked_by=by
            )
    except IntegrityError as error:
        raise AskedBefore from error
    tell_of_extension(extension)
    return extension


@transaction.atomic
def grant_extension(*, extension: Extension, by: User) -> Extension:
    """Give the member until the day they asked for.

    Raises AlreadyDecided, OwnMatter, AskedByYou and NotTheirOfficer.
    """
    extension = _locked(extension, Decision.WAITING)
    _require_officer(extension, by)
    _answer(extension, Decision.GRANTED, by)
    settle(members=[extension.member], period=extension.period, now=timezone.now())
    _tell_both(extension, _("Perpanjangan waktu disetujui"), extension.reason)
    return extension


@transaction.atomic
def refuse_extension(*, extension: Extension, by: User, reason: str) -> Extension:
    """Leave the deadline as it is, with a reason. Raises ReasonMissing and as grant_extension does."""
    extension = _locked(extension, Decision.WAITING)
    _require_officer(extension, by)
    _answer(extension, Decision.REFUSED, by, reason)
    _tell_both(extension, _("Perpanjangan waktu ditolak"), extension.decision_reason)
    return extension


def _locked(request: R, status: str) -> R:
    """The request as stored now, its member locked first as everywhere; raises AlreadyDecided in another status."""
    member = lock(request.member)
    stored: R = type(request)._default_manager.select_for_update(of=("self",)).get(pk=request.pk)
    if stored.status != status:
        raise AlreadyDecided
    stored.member = member
    return stored


def _require_above(exemption: Exemption, by: User) -> None:
    if exemption.member.user_id == by.pk:
        raise OwnMatter
    if not may_decide_exemption(exemption=exemption, user=by):
        raise OwnRequest if exemption.asked_by_id == by.pk else NotAbove


def _require_officer(extension: Extension, by: User) -> None:
    if extension.member.user_id == by.pk:
        raise OwnMatter
    if not may_decide_extension(extension=extension, user=by):
        raise AskedByYou if extension.asked_by_id == by.pk else NotTheirOfficer


def _answer(request: Exemption | Extension, status: Decision, by: User, reason: str = "") -> None:
    if status in (Decision.REFUSED, Decision.WITHDRAWN) and not reason.strip():
        raise ReasonMissing
    request.status, request.decision_reason = status, reason.strip()
    request.decided_by, request.decided_at = by, timezone.now()
    request.save(update_fields=["status", "decision_reason", "decided_by", "decided_at"])
    close_request(request)


def _settle_exemption(exemption: Exemption) -> None:
    """Settle the halves it touches in which the member has a standing; those to come are settled when they open."""
    now = timezone.now()
    for period in _periods_touched(exemption):
        settle(members=[exemption.member], period=period, now=now)


def _periods_touched(exemption: Exemption) -> Iterable[Period]:
    held = Standing.objects.filter(member=exemption.member).select_related("period")
    periods = [standing.period for standing in held.order_by("period__year", "period__half")]
    return [p for p in periods if exemption.days_within(p.first_day, p.last_day)]


def _tell_both(extension: Extension, title: str, body: str) -> None:
    """Tell the member, and the officer who asked in their place; the latter without a name."""
    _tell(extension, title, body)
    asker = extension.asked_by
    if asker is not None and asker.pk != extension.member.user_id:
        path = reverse("training:extension", args=[extension.uuid])
        notify(user=asker, key=f"extension:{extension.pk}:{extension.status}", title=title, path=path)


def _tell(request: Exemption | Extension, title: str, body: str) -> None:
    """Tell the member, once an answer."""
    if (user := request.member.user) is None:
        return
    key = f"{request._meta.model_name}:{request.pk}:{request.status}"
    notify(user=user, key=key, title=title, body=body, path="/belajar/")
