"""Retire the embedded key of the seal; certificates sealed with it stay known as ours.

The next key is made here, or is that of SEAL_FILE. Servers that run take it when they start anew.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.errors import SealMisconfigured
from certificates.seal_keys import retire_embedded


class Command(BaseCommand):
    """`rotate_seal_key`: also once SEAL_FILE was set for the first time."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, and name the new certificate."""
        try:
            fresh = retire_embedded()
        except SealMisconfigured as error:
            raise CommandError(
                "SEAL_FILE cannot be read, or has followed no embedded key. To exchange an official one: put its "
                "certificate (PEM, without the key) into SEAL_RETIRED_DIR, then name the new file"
            ) from error
        self.stdout.write(f"sealing with certificate {fresh.certificate.serial_number:x}")
