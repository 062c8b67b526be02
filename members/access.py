"""What the person behind a request may do: their roles, resolved once a request."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Exists
from django.http import HttpRequest

from members.member import Member
from members.roles import RoleGrant, RoleKind
from members.users import User
from regions.models import Region
from regions.prepared import Prepared
from regions.scope import NATION_CODE, Scope

GRANT, REGION = (
    ("id", "user_id", "kind", "region_id", "position"),
    ("code", "name", "level", "parent_id", "label", "full_name"),
)


def _grants_of(user: int) -> models.QuerySet[RoleGrant, tuple[Any, ...]]:
    # Not a join: where hardly any member has an account, SQLite would read all of them for it.
    serving = Exists(Member.objects.active().filter(user=user))
    return RoleGrant.objects.filter(user=user).values_list(*GRANT, *(f"region__{name}" for name in REGION), serving)


_GRANTS = Prepared(_grants_of)


class Access:
    """Roles of one user; lazily loaded, at most one query for grants and one for the member."""

    def __init__(self, user: User | AnonymousUser) -> None:
        self.user = user

    @cached_property
    def grants(self) -> list[RoleGrant]:
        """The user's roles with their regions, widest first; the query finds out about `is_serving`, too."""
        if not isinstance(self.user, User):
            return []
        found = []
        for row in _GRANTS.rows(self.user.pk):
            grant = RoleGrant.from_db(DEFAULT_DB_ALIAS, GRANT, row[: len(GRANT)])
            grant.region = Region.from_db(DEFAULT_DB_ALIAS, REGION, row[len(GRANT) : -1])
            self.is_serving = bool(row[-1])
            found.append(grant)
        return sorted(found, key=lambda grant: (grant.region.level, grant.region_id))

    @cached_property
    def member(self) -> Member | None:
        """The user's own membership, of any status."""
        if not isinstance(self.user, User):
            return None
        return Member.objects.select_related("village__parent__parent", "squad").filter(user=self.user).first()

    @cached_property
    def is_serving(self) -> bool:
        """Whether the user is an active member, no query once `member` or the roles are known."""
        if "member" in self.__dict__:
            return self.member is not None and self.member.status == Member.Status.ACTIVE
        return isinstance(self.user, User) and Member.objects.active().filter(user=self.user).exists()

    @property
    def is_admin(self) -> bool:
        """The platform's operator."""
        return bool(self.user.is_active and self.user.is_superuser)

    def _scope(self, kind: RoleKind, deepest: int = Region.Level.VILLAGE) -> Scope:
        if self.is_admin:
            return Scope.nation()
        return Scope.of(*(g.region_id for g in self.grants if g.kind == kind and g.region.level <= deepest))

    @cached_property
    def officer_scope(self) -> Scope:
        """Where the user is an officer of any level."""
        return self._scope(RoleKind.OFFICER)

    @property
    def has_acted_as_officer(self) -> bool:
        """Whether the user is an officer, as far as this request had to know; never a query for their roles."""
        return self.is_admin or ("grants" in self.__dict__ and bool(self.officer_scope))

    @cached_property
    def district_scope(self) -> Scope:
        """Where the user is an officer of a kecamatan or above."""
        return self._scope(RoleKind.OFFICER, Region.Level.DISTRICT)

    @cached_property
    def policy_scope(self) -> Scope:
        """Where the user sets policies: an officer of a kabupaten/kota or above (DOMAIN: "sets policy")."""
        return self._scope(RoleKind.OFFICER, Region.Level.REGENCY)

    @cached_property
    def trainer_scope(self) -> Scope:
        """Where the user writes courses."""
        return self._scope(RoleKind.TRAINER)

    @cached_property
    def verifier_scope(self) -> Scope:
        """Where the user decides about registrations: by default only the village and its kecamatan do."""
        if self.is_admin:
            return Scope.nation()
        levels = {Region.Level[name.upper()] for name in settings.MEMBER_VERIFIER_LEVELS}
        grants = [g for g in self.grants if g.kind == RoleKind.OFFICER and g.region.level in levels]
        return Scope.of(*(grant.region_id for grant in grants))

    @property
    def home_region_code(self) -> str:
        """The region an officer starts from: their widest one; the nation for an admin."""
        if self.is_admin:
            return NATION_CODE
        codes = [grant.region_id for grant in self.grants if grant.kind == RoleKind.OFFICER]
        return codes[0] if codes else NATION_CODE


def access_of(request: HttpRequest) -> Access:
    """What the middleware put on the request."""
    return request.access  # type: ignore[attr-defined,no-any-return]
