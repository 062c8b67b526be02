"""Whether one policy asks at least as much as another: a region below may only be stricter than those above it."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from training.models import Policy, TrainingRecord

UNLIMITED = 10_000


def _fields(policy: Policy) -> set[str] | None:
    return set(policy.training_fields) or None


def _fields_wider(below: Policy, above: Policy) -> bool:
    allowed, counted = _fields(above), _fields(below)
    return allowed is not None and (counted is None or not counted <= allowed)


def _limits_wider(below: Policy, above: Policy) -> bool:
    def most(policy: Policy, kind: str) -> int:
        limit = policy.limit_of(kind)
        return UNLIMITED if limit is None else limit

    return any(most(below, kind) > most(above, kind) for kind in TrainingRecord.Kind.values)


def _courses_missing(below: Policy, above: Policy) -> bool:
    mine = {course.subject: course.valid_months or UNLIMITED for course in below.compulsory}
    return any(
        mine.get(course.subject, UNLIMITED + 1) > (course.valid_months or UNLIMITED) for course in above.compulsory
    )


# How a policy may ask for less, and what to say about it.
LOOSER: list[tuple[Callable[[Policy, Policy], bool], Promise]] = [
    (lambda below, above: below.per_year < above.per_year, _("Pelatihan setahun lebih sedikit.")),
    (lambda below, above: below.per_half < above.per_half, _("Pelatihan tiap semester lebih sedikit.")),
    (lambda below, above: below.hours_per_half < above.hours_per_half, _("JP tiap semester lebih sedikit.")),
    (lambda below, above: below.grace_days > above.grace_days, _("Hari kelonggaran lebih banyak.")),
    (lambda below, above: below.exempt_days < above.exempt_days, _("Dispensasi membebaskan lebih cepat.")),
    (_fields_wider, _("Bidang yang dihitung lebih banyak.")),
    (_limits_wider, _("Batas menurut jenis pelatihan lebih longgar.")),
    (_courses_missing, _("Ada kursus wajib yang tidak diwajibkan, atau berlaku lebih lama.")),
]


def loosenings(below: Policy, above: Policy) -> list[str]:
    """In what `below` asks for less than `above`, one sentence each; empty where it is at least as strict.

    The number of days from which somebody counts as at risk is a matter of warning, not of strictness; so are the
    days of the reminders, to which a region below can only add (`PolicyBook.reminder_days`).
    """
    return [str(words) for is_looser, words in LOOSER if is_looser(below, above)]
