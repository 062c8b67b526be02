"""Work that signals order; each task takes ids and may run twice."""

from uuid import UUID

from celery import shared_task

from courses import services
from members.models import User
from quizzes.models import Attempt


@shared_task
def seat_trainer(user_id: int) -> None:
    """Give a trainer the shelves of their roles in the CMS, and take the others away."""
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        services.seat_trainer(user=user)


@shared_task
def complete_course(attempt_id: str) -> None:
    """Count the course of a finished attempt, if it was passed."""
    services.complete_course(attempt=Attempt.objects.get(pk=UUID(attempt_id)))
