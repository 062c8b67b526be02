"""Seal every NIK with the current key and index it under the current index key; safe to run again."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.models import Member
from members.services import reseal_nik


class Command(BaseCommand):
    """`rotate_nik_key`: after moving the old key from NIK_KEY to NIK_OLD_KEYS and setting a new NIK_KEY."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """One short transaction a row, so that the site goes on meanwhile."""
        outcomes: Counter[bool | None] = Counter()
        for pk in list(Member.objects.filter(nik_sealed__isnull=False).values_list("pk", flat=True)):
            outcomes[reseal_nik(member_id=pk)] += 1
        unreadable = outcomes[None]
        self.stdout.write(f"resealed {outcomes[True]}, unreadable {unreadable}, of {outcomes.total()}")
        if unreadable:
            raise CommandError(f"{unreadable} NIK cannot be read: their key is missing from NIK_OLD_KEYS")
