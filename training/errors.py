"""Refusals of the room; the message of each is what the person reads."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TrainingRefused(Exception):  # noqa: N818, refusals read as what happened
    """Base of the room's refusals."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class UnknownPeriod(TrainingRefused):
    """The text does not name a period."""

    message = _("Periode tidak dikenal. Tulis tahun dan semester, misalnya 2026-2.")


class SourceTaken(TrainingRefused):
    """The source already stands in the ledger under another member."""

    message = _("Sumber pelatihan ini sudah tercatat untuk anggota lain.")


class LedgerIsAppendOnly(TrainingRefused):
    """Somebody tried to change or delete a row of the ledger."""

    message = _("Catatan pelatihan tidak dapat diubah atau dihapus.")
