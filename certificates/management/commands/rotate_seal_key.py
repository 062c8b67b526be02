"""Retire the embedded key of the seal and make the next one; certificates sealed before stay known as ours."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.errors import SealMisconfigured
from certificates.seal_keys import retire_embedded


class Command(BaseCommand):
    """`rotate_seal_key`: for the embedded default only; servers that run take the new key when they start anew."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, and name the new certificate."""
        try:
            fresh = retire_embedded()
        except SealMisconfigured as error:
            raise CommandError(
                "SEAL_FILE names the key: put its certificate (PEM, without the key) into SEAL_RETIRED_DIR, "
                "then name the new file"
            ) from error
        self.stdout.write(f"sealing with certificate {fresh.certificate.serial_number:x}")
