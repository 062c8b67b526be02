"""The counters that give certificates their numbers, and the log of what each number became."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from training.models.ledger import AppendOnly, AppendOnlyQuerySet


class NumberSequence(models.Model):
    """The last number an issuer gave out in a year; its row is the lock under which numbers are taken."""

    issuer = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("penerbit"))
    year = models.PositiveSmallIntegerField(_("tahun"))
    last = models.PositiveIntegerField(_("nomor terakhir"), default=0)

    class Meta:
        verbose_name = _("urutan nomor")
        verbose_name_plural = _("urutan nomor")
        constraints = [models.UniqueConstraint(fields=["issuer", "year"], name="number_sequence_once")]

    def __str__(self) -> str:
        return f"{self.issuer_id}/{self.year}: {self.last}"


class NumberEntryQuerySet(AppendOnlyQuerySet["NumberEntry"]):
    """The log, written once: neither the code nor the database changes a line of it."""


class NumberEntry(AppendOnly):
    """One line of the log: a number was reserved for a training, or the certificate of that number got a file.

    The first is written with the certificate and the counter, the second with the file's digest, each in the same
    transaction. So after any crash, a power cut too, the log, the counter and the certificates say the same, and
    witness for each other.
    """

    class Event(models.TextChoices):
        RESERVED = "reserved", _("dipesan")
        FILED = "filed", _("berkas jadi")

    issuer = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(_("tahun"))
    sequence = models.PositiveIntegerField(_("nomor urut"))
    event = models.CharField(_("peristiwa"), max_length=8, choices=Event)
    number = models.CharField(_("nomor"), max_length=60)
    record = models.ForeignKey("training.TrainingRecord", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("waktu"))
    sha256 = models.CharField(max_length=64, blank=True)  # of the file, once there is one

    objects = NumberEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("catatan nomor")
        verbose_name_plural = _("log nomor")
        ordering = ["issuer", "year", "sequence", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "year", "sequence", "event", "sha256"], name="number_entry_once"),
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(event="reserved"), name="number_reserved_once"
            ),
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="number_entry_counts_from_one"),
            models.CheckConstraint(
                condition=models.Q(event="reserved", sha256="") | (models.Q(event="filed") & ~models.Q(sha256="")),
                name="number_entry_file_has_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_event_display()}"
