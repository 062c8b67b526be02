"""Finding the account behind what somebody typed into the log-in field.

Part of docs/adr/0001-a-user-model-of-our-own.md: an applicant's phone or e-mail may be the same as another account's,
the password decides, and every attempt costs the same number of password checks.
"""

import re
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.http import HttpRequest

from members.models import User
from members.phones import PhoneInvalid, parse_phone

CHECKS = 3  # passwords tried for a phone or an e-mail: one of each kind that _holder_and_claimants finds


def _holder_and_claimants(held: QuerySet[User], claimed: QuerySet[User]) -> list[User]:
    """The account that holds an identifier, and of those that only state it the first verified and the newest other.

    A member who shares the phone of another was verified by an officer, so no later registration takes their place.
    """
    verified = claimed.filter(member__number__isnull=False).order_by("member__decided_at", "pk")
    others = claimed.filter(member__number__isnull=True).order_by("-pk")
    return [*held[:1], *verified[:1], *others[:1]]


def _candidates(credentials: dict[str, Any]) -> tuple[list[User], int]:
    """The accounts whose password may be tried, and how many checks an attempt of this kind always costs."""
    users = User.objects.all()
    if username := credentials.get("username"):
        found = users.filter(member__number=username)[:1] or users.filter(username=username)[:1]
        return list(found), 1
    if phone := credentials.get("phone"):
        claimed = users.filter(phone__isnull=True, member__phone=phone)
        return _holder_and_claimants(users.filter(phone=phone), claimed), CHECKS
    if email := credentials.get("email"):
        claimed = users.filter(email__isnull=True, emailaddress__email=email.lower())
        return _holder_and_claimants(users.filter(email=email.lower()), claimed), CHECKS
    return [], 1


def read_identifier(text: str) -> dict[str, str]:
    """What somebody typed as exactly one identifier, in the one spelling under which it is stored and counted."""
    text = text.strip()
    try:
        return {"phone": parse_phone(text)}
    except PhoneInvalid:
        pass
    if "@" in text:
        return {"email": text.lower()}
    digits = re.sub(r"[\s.\-]", "", text)
    return {"username": digits if digits.isdecimal() else text}


def held_by(text: str) -> User | None:
    """The account that holds what was typed; an applicant's does not hold it yet."""
    (kind, value), *_ = read_identifier(text).items()
    if kind == "username":
        return next(iter(_candidates({kind: value})[0]), None)
    return User.objects.filter(**{kind: value}).first()


def is_proven(text: str, user: User) -> bool:
    """Whether what was typed is certain to name this account: an e-mail is, once its mailbox has answered."""
    email = read_identifier(text).get("email")
    return email is None or EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()


class AccountBackend(AuthenticationBackend):
    """Logs in by membership number (or user name), phone or e-mail."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        password = credentials["password"]
        candidates, checks = _candidates(credentials)
        matching = [user for user in candidates if self._check_password(user, password)]
        for _ in range(checks - len(candidates)):
            self._mitigate_timing_attack(password)
        self._did_check_password = True
        return matching[0] if matching else None
