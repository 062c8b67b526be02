"""What an officer puts right about a verified member: wrong data, not what happened to the membership.

Like `members.changes` this writes the member and their history only; `training.membership` settles and tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.changes import latest_event_id, locked_for, own_account, said
from members.errors import (
    BirthDateImpossible,
    ChangedMeanwhile,
    DayImpossible,
    MemberError,
    NothingCorrected,
    NotServing,
    TooYoung,
)
from members.models import Member, MemberEvent, Squad, User
from members.records import differences
from regions.timezones import local_date

OLDEST = 120  # years


@dataclass(frozen=True, kw_only=True, repr=False)
class Correction:
    """What should stand about a verified member; `phone` in E.164 or empty."""

    name: str
    birth_date: date
    sex: str
    phone: str
    squad: Squad | None
    joined_on: date

    @classmethod
    def of(cls, member: Member) -> Correction:
        """What stands now. Raises NotServing for somebody who was never verified."""
        if member.joined_on is None:
            raise NotServing
        return cls(
            name=member.name,
            birth_date=member.birth_date,
            sex=member.sex,
            phone=str(member.phone or ""),
            squad=member.squad,
            joined_on=member.joined_on,
        )

    def texts(self) -> dict[str, str]:
        """Each field as a history keeps it."""
        return {
            "name": self.name,
            "birth_date": self.birth_date.isoformat(),
            "sex": self.sex,
            "phone": self.phone,
            "squad": self.squad.name if self.squad else "",
            "joined_on": self.joined_on.isoformat(),
        }


@transaction.atomic
def correct_member(
    *, member: Member, by: User, correction: Correction, reason: str, married: bool = False, seen: int | None = None
) -> MemberEvent:
    """Put right what is written about a verified member; what stood before is kept in their history.

    `married` states the exception for who joined under the minimum age. `seen` is `latest_event_id` when the form was
    opened, so that nobody's correction is undone unnoticed. The account follows, unless it holds a role. The NIK and
    the e-mail are nobody's to correct here: one never changes, the other lets its owner in.
    Raises ReasonMissing, OwnMembership, OutOfReach, NotServing, NothingCorrected, ChangedMeanwhile,
    BirthDateImpossible, DayImpossible and TooYoung.
    """
    reason, member = said(reason), locked_for(member, by)
    changes = differences(Correction.of(member).texts(), correction.texts())
    if not changes:
        raise NothingCorrected
    if seen is not None and seen != latest_event_id(member):
        raise ChangedMeanwhile
    if note := check_dates(member, correction, married=married):
        reason = f"{reason}\n{note}"
    _account_follows(member, correction)
    for field in ("name", "birth_date", "sex", "squad", "joined_on"):
        setattr(member, field, getattr(correction, field))
    member.phone = correction.phone or None
    member.save(update_fields=["name", "birth_date", "sex", "phone", "squad", "joined_on"])
    return MemberEvent.objects.create(
        member=member, kind=MemberEvent.Kind.CORRECTED, by=by, reason=reason, changes=changes
    )


def date_problems(member: Member, correction: Correction, *, married: bool) -> dict[str, MemberError]:
    """By field what is wrong with dates that differ from what stands; the form and the service ask the same."""
    born, joined = correction.birth_date, correction.joined_on
    if (born, joined) == (member.birth_date, member.joined_on):
        return {}
    today = local_date(timezone.now(), member.village_id)
    if not today.year - OLDEST <= born.year or born >= today:
        return {"birth_date": BirthDateImpossible()}
    first_act = member.events.filter(on__isnull=False).order_by("on").values_list("on", flat=True).first()
    if not born < joined <= (latest := first_act or today):
        return {"joined_on": DayImpossible(born, latest)}
    is_young = Member(birth_date=born).age_on(joined) < settings.MEMBER_MIN_AGE
    return {"birth_date": TooYoung()} if is_young and not married else {}


def check_dates(member: Member, correction: Correction, *, married: bool) -> str:
    """What the history says of an exception. Raises the first of `date_problems`."""
    for problem in date_problems(member, correction, married=married).values():
        raise problem
    is_young = Member(birth_date=correction.birth_date).age_on(correction.joined_on) < settings.MEMBER_MIN_AGE
    return _("Saat bergabung di bawah usia minimum, sudah menikah.") if is_young and married else ""


def loses_phone(member: Member, correction: Correction) -> bool:
    """Whether their account, which holds the phone that is corrected, would hold none: emptied, or another's."""
    user, phone = own_account(member), correction.phone
    if user is None or not user.phone or user.phone != member.phone or phone == str(member.phone or ""):
        return False
    return not phone or User.objects.filter(phone=phone).exclude(pk=user.pk).exists()


def _account_follows(member: Member, correction: Correction) -> None:
    """The account bears the same name and phone; a phone that another account holds stays theirs."""
    user = own_account(member)
    if user is None:
        return
    if user.name == member.name:
        User.objects.filter(pk=user.pk).update(name=correction.name)
    if correction.phone != str(member.phone or "") and user.phone == member.phone:
        _take_phone(user, correction.phone or None)


def _take_phone(user: User, phone: str | None) -> None:
    """Let the account hold the phone, or none where another holds it, perhaps since a moment ago."""
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(phone=phone)
    except IntegrityError:
        phone = None
        User.objects.filter(pk=user.pk).update(phone=phone)
    user.phone = phone
