"""Who is reading a course page."""

from django.http import HttpRequest

from members.access import Access
from members.models import Member


def active_member(request: HttpRequest) -> Member | None:
    """The verified, serving member behind the request; nobody in the CMS's previews."""
    if getattr(request, "is_preview", False):
        return None
    member: Member | None = request.access.member  # type: ignore[attr-defined]
    return member if member and member.status == Member.Status.ACTIVE else None


def may_read_lessons(request: HttpRequest) -> bool:
    """Lessons are for active members, and for the officers and trainers who look after them."""
    access: Access = request.access  # type: ignore[attr-defined]
    return bool(active_member(request) or access.officer_scope or access.trainer_scope)
