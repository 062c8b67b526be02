"""What the room does when a library's object changes."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models.signals import pre_save
from django.dispatch import receiver

from members.models import User


@receiver(pre_save, sender=EmailAddress)
def free_proven_email(*, instance: EmailAddress, **_: Any) -> None:
    """Who proves that a mailbox is theirs takes the address from an account that only stated it.

    Here, and not in a task, because allauth writes the address to the account right after this row, and two
    accounts cannot hold it.
    """
    if instance.verified:
        User.objects.filter(email=instance.email).exclude(pk=instance.user_id).update(email=None)
