"""Certificates on any page: `{% certificate_list member limit=3 %}`, `{% certificate_step record_id %}`."""

from django import template

from certificates.design_preview import design_pages as pages_of
from certificates.designs import Design
from certificates.models import Certificate
from certificates.validity import look_up
from members.models import Member

register = template.Library()


@register.inclusion_tag("certificates/certificate_list.html")
def certificate_list(member: Member, limit: int = 3) -> dict[str, object]:
    """The newest `limit` certificates as cards, in three queries; a sentence where there is none yet."""
    certificates = list(Certificate.objects.of(member).select_related("record")[:limit])
    look_up(certificates)
    return {"certificates": certificates}


@register.inclusion_tag("certificates/step.html")
def certificate_step(record_id: int | None) -> dict[str, object]:
    """The way to the certificate of a training just finished, or that it is being made; None before it is recorded."""
    found = Certificate.objects.filter(record_id=record_id).first() if record_id else None
    return {"certificate": found if found and found.is_filed else None}


@register.simple_tag
def design_pages(design: Design, example: str) -> list[str]:
    """A design with invented data as pictures, for its preview in the CMS."""
    return pages_of(design, example)
