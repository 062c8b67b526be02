"""Which events lead to a notice; receivers enqueue, nothing else."""

from typing import Any

from django.dispatch import receiver

from members.signals import member_refused, member_registered, member_verified, role_granted
from notifications import tasks


@receiver(member_registered)
def order_notice_to_verifiers(*, event_id: int, **_: Any) -> None:
    """Those who decide learn that somebody waits."""
    tasks.tell_verifiers.delay(event_id)


@receiver(member_verified)
def order_notice_of_verification(*, member_id: int, **_: Any) -> None:
    """The member learns that they are one."""
    tasks.tell_verified.delay(member_id)


@receiver(member_refused)
def order_notice_of_refusal(*, event_id: int, **_: Any) -> None:
    """The person learns why."""
    tasks.tell_refused.delay(event_id)


@receiver(role_granted)
def order_notice_of_role(*, grant_id: int, **_: Any) -> None:
    """The person learns what they may do."""
    tasks.tell_role.delay(grant_id)
