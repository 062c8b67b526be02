"""What the room does when others report something: enqueue, nothing else."""

from django.dispatch import receiver

from certificates.tasks import issue_certificate, revoke_reversed
from training.signals import training_recorded, training_reversed


@receiver(training_recorded)
def order_certificate(*, record_id: int, **_: object) -> None:
    """A training was recorded: its certificate is due."""
    issue_certificate.delay_on_commit(record_id)  # type: ignore[attr-defined]  # not in celery-types


@receiver(training_reversed)
def revoke_certificate(*, record_id: int, **_: object) -> None:
    """A training was taken back: its certificate is void."""
    revoke_reversed.delay_on_commit(record_id)  # type: ignore[attr-defined]  # not in celery-types
