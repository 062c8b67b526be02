"""Work of the room that happens after a request; a notice has a key, so running twice changes nothing."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from notifications import services
from notifications.inbox import deliver_inbox

INBOX_SECONDS = 5  # without a worker it runs in the request that planned


@shared_task
def tell_verified(member_id: int) -> None:
    """A person is a member now."""
    services.tell_verified(member_id=member_id)


@shared_task
def tell_refused(event_id: int) -> None:
    """A registration was refused."""
    services.tell_refused(event_id=event_id)


@shared_task
def tell_verifiers(event_id: int) -> None:
    """Somebody waits for verification."""
    services.tell_verifiers(event_id=event_id)


@shared_task
def tell_role(grant_id: int) -> None:
    """A person has a new role."""
    services.tell_role(grant_id=grant_id)


@shared_task
def fill_inboxes() -> None:
    """What was planned just now is in the inboxes at once; the other channels wait for the scheduler."""
    until = monotonic() + INBOX_SECONDS
    deliver_inbox(now=timezone.now(), has_time=lambda: monotonic() < until)
