"""What the workers' scheduler runs (`CELERY_BEAT_SCHEDULE`)."""

import logging
from datetime import timedelta

from celery import shared_task
from django.core.cache import cache

from monitoring import periodic

logger = logging.getLogger(__name__)
RUNNING = "monitoring:periodic-runs"
LONGEST = timedelta(hours=1)  # a run that was killed holds up the others no longer than this


@shared_task
def run_periodic() -> None:
    """Everything that is due, unless another run is at it: each machine's worker brings a scheduler of its own.

    Two at once would do no harm, every step being safe to run twice; they would only ask the database twice.
    """
    if not cache.add(RUNNING, True, LONGEST.total_seconds()):
        return
    try:
        results = periodic.run_periodic()
    finally:
        cache.delete(RUNNING)
    if failed := [result.name for result in results if result.failed]:
        logger.error("periodic steps failed: %s", ", ".join(failed))
