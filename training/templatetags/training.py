"""A member's standing on any page: `{% load training %}{% standing_card member %}`."""

from django import template

from members.models import Member
from regions.models import Region
from training.models import Period
from training.standing import StandingView, describe
from training.summaries import closed_figures

register = template.Library()


@register.inclusion_tag("training/standing_card.html")
def standing_card(member: Member, action_url: str = "", action_label: str = "") -> dict[str, object]:
    """The big card of the current period; an optional button says what to do next."""
    view: StandingView = describe(member)
    return {"view": view, "action_url": action_url, "action_label": action_label}


@register.inclusion_tag("training/closed_note.html")
def closed_note(region: Region, period: Period) -> dict[str, object]:
    """What a closed period's figures were when it was closed, and what was corrected since; else nothing."""
    return {"closed": closed_figures(region=region, period=period), "region": region, "period": period}
