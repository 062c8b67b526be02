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
    """The way to the certificate of a finished training, or that it is being made or was revoked; one query.

    None before the training is recorded.
    """
    found = list(Certificate.objects.filter(record_id=record_id)) if record_id else []
    by_status = {certificate.status: certificate for certificate in found}
    valid = by_status.get(Certificate.Status.VALID)
    return {
        "certificate": valid if valid and valid.is_filed else None,
        "is_revoked": valid is None and Certificate.Status.REVOKED in by_status,
    }


@register.simple_tag
def design_pages(design: Design, example: str) -> list[str]:
    """A design with invented data as pictures, for its preview in the CMS."""
    return pages_of(design, example)
