"""Notices on other rooms' pages."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser

from members.models import User
from notifications.models import Notice

register = template.Library()


@register.inclusion_tag("notifications/notice_list.html")
def notice_list(user: User | AnonymousUser, limit: int = 5) -> dict[str, Any]:
    """The newest unread notices of the person; one query, nothing for a stranger."""
    notices = list(Notice.objects.of(user).unread()[:limit]) if isinstance(user, User) else []
    return {"notices": notices}


@register.simple_tag
def unread_notices(user: User | AnonymousUser) -> int:
    """How many notices wait to be read, for the navigation; one query over an index, none for a stranger."""
    return Notice.objects.of(user).unread().count() if user.is_authenticated and isinstance(user, User) else 0
