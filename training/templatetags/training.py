"""A member's standing on any page: `{% load training %}{% standing_card member %}`."""

from django import template

from members.models import Member
from training.standing import StandingView, describe

register = template.Library()


@register.inclusion_tag("training/standing_card.html")
def standing_card(member: Member, action_url: str = "", action_label: str = "") -> dict[str, object]:
    """The big card of the current period; an optional button says what to do next."""
    view: StandingView = describe(member)
    return {"view": view, "action_url": action_url, "action_label": action_label}
