"""Notices on other rooms' pages."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count

from members.models import User
from notifications.models import Notice
from regions.prepared import Prepared

register = template.Library()

_UNREAD = Prepared(
    lambda user: (
        Notice.objects.filter(user=user).unread().order_by().values("user").annotate(n=Count("pk")).values_list("n")
    )
)


@register.inclusion_tag("notifications/notice_list.html")
def notice_list(user: User | AnonymousUser, limit: int = 5) -> dict[str, Any]:
    """The newest unread notices of the person; one query, nothing for a stranger."""
    notices = list(Notice.objects.of(user).unread()[:limit]) if isinstance(user, User) else []
    return {"notices": notices}


@register.simple_tag
def unread_notices(user: User | AnonymousUser) -> int:
    """How many notices wait to be read, for the navigation; one query over an index, none for a stranger."""
    return sum(n for (n,) in _UNREAD.rows(user.pk)) if isinstance(user, User) else 0
