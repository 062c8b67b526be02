"""What the room does when something happened elsewhere: enqueue, nothing else."""

from django.dispatch import receiver

from members.signals import member_verified
from training.tasks import refresh_standing


@receiver(member_verified)
def open_the_standing(*, member_id: int, **_: object) -> None:
    """A new member gets their standing in the current period."""
    refresh_standing.delay(member_id)
