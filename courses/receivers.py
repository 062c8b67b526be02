"""What the room does when something happens below it; receivers enqueue, nothing else."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from courses.tasks import complete_course, seat_trainer
from members.models import RoleGrant
from members.signals import role_granted
from quizzes.signals import attempt_finished


@receiver(role_granted)
def open_the_cms(*, grant_id: int, **_: object) -> None:
    """Someone got a role; if it is a trainer's, their shelf is waiting when they log in."""
    user_id = RoleGrant.objects.values_list("user_id", flat=True).filter(pk=grant_id).first()
    if user_id is not None:
        seat_trainer.delay(user_id)


@receiver(post_delete, sender=RoleGrant)
def close_the_cms(*, instance: RoleGrant, **_: object) -> None:
    """A role ended; whatever shelf it opened is shut."""
    transaction.on_commit(partial(seat_trainer.delay, instance.user_id))


@receiver(attempt_finished)
def count_the_course(*, attempt_id: UUID, **_: object) -> None:
    """An attempt was marked."""
    complete_course.delay(str(attempt_id))
