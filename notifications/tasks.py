"""Work of the room that happens after a request; a notice has a key, so running twice changes nothing."""

from celery import shared_task

from notifications import services


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
