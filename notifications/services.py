"""Telling people things, exactly once each."""

from members.models import User
from notifications.models import Notice


def notify(*, user: User, key: str, title: str, body: str = "", path: str = "") -> Notice:
    """Put a notice in the person's inbox; a second call with the same `key` changes nothing.

    `key` names the event, e.g. `certificate:12`; `path` is a local path, never with personal data.
    """
    notice, _created = Notice.objects.get_or_create(
        user=user, key=key, defaults={"title": title, "body": body, "path": path}
    )
    return notice
