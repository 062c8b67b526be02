"""Scheduled work of the room."""

from celery import shared_task
from django.utils import timezone

from quizzes import services


@shared_task
def finish_overdue() -> int:
    """Finish the attempts that nobody submitted in time."""
    return services.finish_overdue(now=timezone.now())[0]
