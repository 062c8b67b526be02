"""What changes a membership or a role: registration, the village's decision, roles, consent, looks at a NIK."""

from __future__ import annotations

from datetime import date
from functools import partial

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from members.errors import (
    AlreadyDecided,
    DuplicateNIK,
    NIKForgotten,
    NoPasswordLink,
    NotAVillage,
    NotRefused,
    NotYetJoined,
    OwnRegistration,
    ReasonMissing,
)
from members.models import Member, MemberEvent, MemberNumbers, NikAccess, RoleGrant, User
from members.nik import NIK, index_nik, is_sealed_with_current_key
from members.personal_data import PersonalData
from members.signals import member_refused, member_registered, member_verified, role_granted
from regions.models import Region
from regions.timezones import local_date


def _write(member: Member, data: PersonalData) -> None:
    if data.village.level != Region.Level.VILLAGE:
        raise NotAVillage
    member.name, member.birth_date, member.sex = data.name, data.birth_date, data.sex
    member.phone, member.village = data.phone or None, data.village
    member.squad = data.squad or member.squad
    member.nik = NIK.parse(data.nik)


def _log_event(member: Member, kind: MemberEvent.Kind, *, by: User | None, reason: str = "") -> MemberEvent:
    event = MemberEvent.objects.create(member=member, kind=kind, by=by, reason=reason)
    if kind in (MemberEvent.Kind.REGISTERED, MemberEvent.Kind.RESUBMITTED):
        transaction.on_commit(partial(member_registered.send_robust, sender=Member, event_id=event.pk))
    return event


@sensitive_variables()
@transaction.atomic
def register_member(
    *,
    data: PersonalData,
    email: str = "",
    password: str = "",
    whatsapp_consent: bool = False,
    photo_consent: bool = False,
    by: User | None = None,
    note: str = "",
) -> Member:
    """Store a registration that waits for the village's verification.

    With a `password` the person gets an account. Without one an officer (`by`) registers them on paper; `note` is
    what the officer states, e.g. why a married person under the minimum age is accepted. Whether the NIK, the phone
    or the e-mail is already known makes no difference here, so that a stranger learns nothing.
    """
    now = timezone.now()
    member = Member(
        whatsapp_consent_at=now if whatsapp_consent else None, photo_consent_at=now if photo_consent else None
    )
    _write(member, data)
    if password:
        member.user = User.objects.create_applicant(name=data.name, password=password)
        if email:
            EmailAddress.objects.create(user=member.user, email=email.lower(), primary=True, verified=False)
    member.save()
    _log_event(member, MemberEvent.Kind.REGISTERED, by=by or member.user, reason=note)
    return member


@sensitive_variables()
@transaction.atomic
def resubmit_member(*, member: Member, data: PersonalData) -> Member:
    """A refused person corrects their data and waits again.

    Raises NotRefused.
    """
    member = _locked(member)
    if member.status != Member.Status.REFUSED:
        raise NotRefused
    _write(member, data)
    member.status, member.refusal_reason = Member.Status.PENDING, ""
    member.decided_at = member.decided_by = None
    member.save()
    _log_event(member, MemberEvent.Kind.RESUBMITTED, by=member.user)
    return member


def _locked(member: Member) -> Member:
    """The row as it is now, held until the transaction ends; joined to nothing, as `members.changes.lock` explains."""
    return Member.objects.select_for_update().get(pk=member.pk)


def _decidable(member: Member, *, by: User | None) -> Member:
    """The locked row of a registration that waits, and is not the decider's own."""
    member = _locked(member)
    if member.status != Member.Status.PENDING:
        raise AlreadyDecided
    if by is not None and member.user_id == by.pk:
        raise OwnRegistration
    return member


def _next_number(village_code: str) -> str:
    """The village's digits and the next of its serials; says nothing about the person, never given twice."""
    MemberNumbers.objects.get_or_create(village_id=village_code)
    MemberNumbers.objects.filter(village_id=village_code).update(last=F("last") + 1)  # holds the row until commit
    serial = MemberNumbers.objects.get(village_id=village_code).last
    return f"{village_code.replace('.', '')}{serial:04}"


def _give_identity(user: User, **identity: object) -> None:
    """Let the account hold a phone or an e-mail, unless another account already does."""
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(**identity)
    except IntegrityError:
        pass  # theirs stays; this person logs in by membership number


def _settle_account(member: Member) -> None:
    """A verified person's account takes hold of the phone and the e-mail they registered with."""
    user = member.user
    if user is None:
        return
    if member.phone and not user.phone:
        _give_identity(user, phone=member.phone)
    address = EmailAddress.objects.filter(user=user).order_by("-verified", "-primary").first()
    if address and not user.email:
        _give_identity(user, email=address.email)


@transaction.atomic
def verify_member(*, member: Member, by: User | None, joined_on: date | None = None) -> Member:
    """Accept a registration: the member becomes active, with a number.

    `joined_on` is the day of their decree (SK), which decides whether they owe the running half a training; without
    it they join on the village's date of today. Returns the row as stored. Raises AlreadyDecided, OwnRegistration,
    DuplicateNIK when an active member has the same NIK, and NotYetJoined.
    """
    member = _decidable(member, by=by)
    if Member.objects.active().sharing_nik(member).exists():
        raise DuplicateNIK
    now = timezone.now()
    member.status, member.decided_at, member.decided_by = Member.Status.ACTIVE, now, by
    member.number = member.number or _next_number(member.village_id)
    today = local_date(now, member.village_id)
    member.joined_on = joined_on or today
    if not member.birth_date < member.joined_on <= today:
        raise NotYetJoined
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError as error:  # another verification of the same NIK was first
        raise DuplicateNIK from error
    _settle_account(member)
    _log_event(member, MemberEvent.Kind.VERIFIED, by=by)
    transaction.on_commit(partial(member_verified.send_robust, sender=Member, member_id=member.pk))
    return member


@transaction.atomic
def refuse_member(*, member: Member, by: User | None, reason: str) -> Member:
    """Refuse a registration; the person reads the reason, may correct their data and send it again.

    Returns the row as stored. Raises ReasonMissing, AlreadyDecided and OwnRegistration.
    """
    if not reason.strip():
        raise ReasonMissing
    member = _decidable(member, by=by)
    member.status, member.refusal_reason = Member.Status.REFUSED, reason.strip()
    member.decided_at, member.decided_by = timezone.now(), by
    member.save()
    event = _log_event(member, MemberEvent.Kind.REFUSED, by=by, reason=member.refusal_reason)
    transaction.on_commit(partial(member_refused.send_robust, sender=Member, event_id=event.pk))
    return member


@transaction.atomic
def grant_role(*, user: User, kind: str, region: Region, position: str = "") -> RoleGrant:
    """Give a person a role over a region and everything under it; a second call only updates the position."""
    grant, created = RoleGrant.objects.update_or_create(
        user=user, kind=kind, region=region, defaults={"position": position}
    )
    if created:
        transaction.on_commit(partial(role_granted.send_robust, sender=RoleGrant, grant_id=grant.pk))
    return grant


@transaction.atomic
def set_consent(*, member: Member, whatsapp: bool, photo: bool) -> Member:
    """Give or withdraw the optional consents; a consent that stays keeps its date."""
    now = timezone.now()
    member.whatsapp_consent_at = (member.whatsapp_consent_at or now) if whatsapp else None
    member.photo_consent_at = (member.photo_consent_at or now) if photo else None
    member.save(update_fields=["whatsapp_consent_at", "photo_consent_at"])
    return member


@transaction.atomic
def reveal_nik(*, member: Member, by: User, reason: str) -> NIK:
    """The NIK in clear, after writing down who looks, when and why.

    Raises ReasonMissing and NIKForgotten.
    """
    if not reason.strip():
        raise ReasonMissing
    nik = member.nik
    if nik is None:
        raise NIKForgotten
    NikAccess.objects.create(member=member, by=by, reason=reason.strip())
    return nik


@transaction.atomic
def issue_password_key(*, member: Member, by: User) -> dict[str, str]:
    """The one-time key of a new password for a member who has no e-mail; handing it over is the officer's part.

    Whoever holds a role gets none: an officer of a village must never come to the account of one above them.
    Returns the arguments of allauth's reset address. Raises NoPasswordLink.
    """
    user = member.user
    if user is None or not user.is_active or user.is_staff or user.is_superuser:
        raise NoPasswordLink
    if user.role_grants.exists() or user.groups.exists():
        raise NoPasswordLink
    _log_event(member, MemberEvent.Kind.PASSWORD_LINK, by=by)
    return {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}


@transaction.atomic
def reseal_nik(*, member_id: int) -> bool | None:
    """Seal one NIK with the current key and index it anew: whether that was needed, None where it is unreadable."""
    member = Member.objects.select_for_update(of=("self",)).get(pk=member_id)
    nik = member.nik
    if nik is None or member.nik_sealed is None:
        return None
    if is_sealed_with_current_key(member.nik_sealed) and member.nik_index == index_nik(nik):
        return False
    member.nik = nik
    member.save(update_fields=["nik_sealed", "nik_index"])
    return True
