"""A member's standing, year and trainings on any page: `{% load training %}{% standing_card member %}`."""

from typing import Any

from django import template

from members.models import Member
from training.home import home_of
from training.models import Exemption, Extension, TrainingRecord
from training.owed import extendable_halves, owed_halves
from training.year import year_lines

register = template.Library()

TRAININGS_SHOWN = 50


@register.inclusion_tag("training/standing_card.html")
def standing_card(member: Member, action_url: str = "", action_label: str = "") -> dict[str, object]:
    """The big card of the half that a training of today counts for; an optional button says what to do next."""
    home = home_of(member)
    return {"view": home.view, "beside": home.beside, "action_url": action_url, "action_label": action_label}


@register.inclusion_tag("training/year.html")
def training_year(member: Member) -> dict[str, object]:
    """The halves of the year, and the way to more time where something is owed."""
    lines = year_lines(member)
    return {"lines": lines, "year": lines[-1].period.year, "owes": bool(owed_halves(member))}


@register.inclusion_tag("training/member_trainings.html", takes_context=True)
def member_trainings(context: template.Context, member: Member) -> dict[str, Any]:
    """For an officer who opens a member's page: the year, every training, and what may be done about them."""
    request = context["request"]
    records = TrainingRecord.objects.filter(member=member).select_related("period", "reversal")
    newest = list(records[: TRAININGS_SHOWN + 1])
    is_own = member.user_id == request.user.pk
    return {
        "member": member,
        "lines": year_lines(member),
        "records": newest[:TRAININGS_SHOWN],
        "shown": TRAININGS_SHOWN if len(newest) > TRAININGS_SHOWN else 0,
        "may_reverse": request.access.district_scope.covers(member.village_id) and not is_own,
        "exemptions": Exemption.objects.waiting().filter(member=member),
        "extensions": Extension.objects.waiting().filter(member=member),
        "may_ask": (may_ask := member.status == Member.Status.ACTIVE),
        "may_ask_longer": may_ask and not is_own and bool(extendable_halves(member)),
    }
