"""A member's newest certificates on any page: `{% load certificates %}{% certificate_list member limit=3 %}`."""

from django import template

from certificates.models import Certificate
from members.models import Member

register = template.Library()


@register.inclusion_tag("certificates/certificate_list.html")
def certificate_list(member: Member, limit: int = 3) -> dict[str, object]:
    """The newest `limit` certificates as cards, in one query; a sentence where there is none yet."""
    return {"certificates": Certificate.objects.of(member)[:limit]}
