"""Background work of the room."""

from celery import current_app, shared_task
from django.utils import timezone

from certificates import batches, revoking, services
from certificates.models import Run

SLICE_SECONDS = 2.0


@shared_task
def issue_certificate(record_id: int) -> None:
    """Issue one training's certificate; safe to run any number of times."""
    services.issue_certificate(record_id=record_id)


@shared_task
def revoke_reversed(record_id: int) -> None:
    """Revoke the certificate of a training that was taken back."""
    revoking.revoke_reversed(record_id=record_id)


@shared_task
def work_on_run(run_id: int, lane: int = 0) -> None:
    """Go on with what an officer ordered; safe to run any number of times, by several workers at once.

    A long run lets others in between. Without workers the page that shows it goes on with it (`order_run`), or the
    repair.
    """
    run = batches.work_on_run(run_id=run_id, lane=lane, seconds=SLICE_SECONDS)
    if lane in run.open_lanes and not _are_there_no_workers():
        work_on_run.delay(run_id, lane)


def begin_run(run: Run) -> None:
    """Begin with a run just ordered. Without workers a print file begins on the page of the run: nobody waits for it
    before anything is to be seen."""
    if run.is_issue or not _are_there_no_workers():
        order_run(run)


def order_run(run: Run) -> None:
    """Let the workers go on with a run, unless they seem to be at it; without workers, do the next part at once."""
    if run.is_finished or not (_are_there_no_workers() or run.is_silent):
        return
    Run.objects.filter(pk=run.pk).update(worked_at=timezone.now())
    for lane in run.open_lanes:
        work_on_run.delay_on_commit(run.pk, lane)  # type: ignore[attr-defined]  # not in celery-types


def _are_there_no_workers() -> bool:
    return bool(current_app.conf.task_always_eager)
