"""Work that signals order; each task takes ids and may run twice."""

from celery import shared_task

from courses.services import seat_trainer
from members.models import User


@shared_task
def seat_trainer_task(user_id: int) -> None:
    """Give a trainer the shelves of their roles in the CMS, and take the others away."""
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        seat_trainer(user=user)
