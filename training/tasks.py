"""Work after the fact; each task takes ids and is safe to run twice."""

from celery import shared_task

from members.models import Member
from training import services


@shared_task
def refresh_standing(member_id: int) -> None:
    """Settle one member's current period."""
    services.refresh_standing(member=Member.objects.get(pk=member_id))
