"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _


class NoProvenEmail(Exception):  # noqa: N818
    """Figures of a region go to a mailbox whose owner has answered from it, never to one that was only typed."""

    message = _("Konfirmasi dulu alamat e-mail Anda, supaya laporan tidak sampai ke orang lain.")

    def __str__(self) -> str:
        return str(self.message)
