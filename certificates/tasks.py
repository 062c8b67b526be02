"""Background work of the room."""

from celery import shared_task

from certificates import batches, services


@shared_task
def issue_certificate(record_id: int) -> None:
    """Issue one training's certificate; safe to run any number of times."""
    services.issue_certificate(record_id=record_id)


@shared_task
def revoke_reversed(record_id: int) -> None:
    """Revoke the certificate of a training that was taken back."""
    services.revoke_reversed(record_id=record_id)


@shared_task
def finish_print_run(run_id: int) -> None:
    """Make the file that an officer ordered; safe to run any number of times."""
    batches.finish_print_run(run_id=run_id)
