"""Who opened the letter of an exemption, and when, as the officers of the region may read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from regions.scope import Scope
from training.models import Exemption
from training.officer_names import name_within


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
    person, village = exemption.member.user_id, exemption.member.village_id
    return [
        Look(
            who=_("orangnya sendiri") if person and look.by_id == person else name_within(look.by, village, scope),
            at=look.at,
            reason=look.reason if with_reasons else "",
        )
        for look in looks
    ]
