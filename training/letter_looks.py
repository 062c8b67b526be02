"""Who opened the letter of an exemption, and when, as the officers of the region may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from members.models import User
from regions.models import Region
from regions.scope import Scope
from training.models import Exemption
from training.officer_names import is_within, roles_over


@dataclass(frozen=True)
class Look:
    """One look: by whom as far as the reader may know, when, and why (empty for who does not decide)."""

    who: str
    at: datetime
    reason: str


def looks_at(exemption: Exemption, *, scope: Scope, with_reasons: bool) -> list[Look]:
    """Every look at the letter, newest first, in two queries.

    Names are those of officers within `scope`; of others only the level is told, and the person themselves are the
    person. Reasons may tell of an illness, so they are for who decides.
    """
    looks = exemption.letter_accesses.select_related("by").prefetch_related("by__role_grants__region")
    person = exemption.member.user_id
    return [
        Look(
            who=_("orangnya sendiri") if person and look.by_id == person else _name_within(look.by, exemption, scope),
            at=look.at,
            reason=look.reason if with_reasons else "",
        )
        for look in looks
    ]


def _name_within(user: User, exemption: Exemption, scope: Scope) -> str:
    """The officer's name where their role lies within the scope, otherwise from which level they looked."""
    village = exemption.member.village_id
    grants = roles_over(user, village)
    if is_within(grants, scope):
        return str(user)
    highest = min((grant.region.level for grant in grants), default=None)
    if highest is None:
        return _("admin") if user.is_superuser else _("petugas yang perannya sudah berakhir")
    return _("petugas %(level)s") % {"level": str(Region.Level(highest).label).lower()}
