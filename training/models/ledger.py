"""The ledger of counted trainings: append-only, each row a snapshot; a mistake is answered by a reversal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Never, Self, TypeVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.scope import Scope
from training.errors import LedgerIsAppendOnly
from training.models.period import Period

M = TypeVar("M", bound=models.Model)


class AppendOnlyQuerySet(models.QuerySet[M]):
    """Rows that are written once; a trigger in the database refuses what goes around this (`training.operations`)."""

    def bulk_create(self, objs: Iterable[M], *args: Any, update_conflicts: bool = False, **kwargs: Any) -> list[M]:
        """New rows; refused where it would write over those that stand."""
        if update_conflicts:
            raise LedgerIsAppendOnly
        return super().bulk_create(objs, *args, **kwargs)

    def update(self, **_: object) -> Never:
        """Refused: the ledger is append-only."""
        raise LedgerIsAppendOnly

    def delete(self) -> Never:
        """Refused: the ledger is append-only."""
        raise LedgerIsAppendOnly


class AppendOnly(models.Model):
    """A row that is never written again."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; a row that stands is never written again."""
        if not self._state.adding:
            raise LedgerIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_: object, **__: object) -> Never:
        """Refused: the ledger is append-only."""
        raise LedgerIsAppendOnly


class TrainingRecordQuerySet(AppendOnlyQuerySet["TrainingRecord"]):
    """Filters over the ledger."""

    def within(self, scope: Scope) -> Self:
        """Trainings of members who belonged to the scope's villages when they trained."""
        return self.filter(scope.q("village__code"))

    def of(self, member: object, subject: str) -> Self:
        """Each time one member took the same course."""
        return self.filter(member=member, subject=subject)

    def standing(self) -> Self:
        """Trainings that count: those that no reversal has taken back."""
        return self.filter(reversal__isnull=True)


class TrainingRecord(AppendOnly):
    """One counted training of one member: append-only, a snapshot that needs no page and no quiz."""

    class Kind(models.TextChoices):
        ONLINE = "online", _("kursus daring")
        CLASSROOM = "classroom", _("tatap muka")
        EXTERNAL = "external", _("pelatihan luar")

    source = models.CharField(_("sumber"), max_length=120, unique=True)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="training_records", db_index=False)
    village = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    # No index of its own: SQLite would take it before the one below and read a whole period for one village.
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind)
    title = models.CharField(_("nama pelatihan"), max_length=255)  # as long as the title of a course
    subject = models.CharField(
        _("kunci kursus"), max_length=120, blank=True, help_text=_("Sama pada setiap kali ikut: course:12")
    )
    field = models.CharField(_("bidang"), max_length=40, blank=True)
    lesson_hours = models.DecimalField(
        _("JP"), max_digits=5, decimal_places=1, validators=[MinValueValidator(0)], help_text=_("1 JP = 45 menit")
    )
    score = models.DecimalField(_("nilai"), max_digits=5, decimal_places=2, null=True, blank=True)
    organiser = models.CharField(_("penyelenggara"), max_length=150, blank=True)
    syllabus = models.JSONField(_("silabus"), default=list)
    # As it was published by then; empty where there was none, e.g. of a training that others held.
    course_revision = models.PositiveBigIntegerField(_("revisi kursus"), null=True, blank=True)
    completed_at = models.DateTimeField(_("selesai pada"))
    completed_on = models.DateField(_("tanggal selesai"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TrainingRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("catatan pelatihan")
        verbose_name_plural = _("catatan pelatihan")
        ordering = ["-completed_at", "-pk"]
        indexes = [
            models.Index(fields=["member", "period"], name="record_member_period"),
            models.Index(
                fields=["period", "village", "completed_on"],
                opclasses=("int8_ops", "varchar_pattern_ops", "date_ops"),  # as those of a standing
                name="record_by_village_day",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(source=""), name="record_has_source"),
            models.CheckConstraint(condition=~models.Q(title=""), name="record_has_title"),
            models.CheckConstraint(condition=models.Q(lesson_hours__gte=0), name="record_hours_not_negative"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0, score__lte=100),
                name="record_score_is_percent",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_reversed(self) -> bool:
        """Whether a reversal has taken it back."""
        return hasattr(self, "reversal")


class ReversalQuerySet(AppendOnlyQuerySet["Reversal"]):
    """Reversals, written once like the ledger itself."""


class Reversal(AppendOnly):
    """Takes one row of the ledger back: both stay to be read, neither counts."""

    record = models.OneToOneField(TrainingRecord, models.PROTECT, related_name="reversal")
    reason = models.TextField(_("alasan"), max_length=500)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reversed_at = models.DateTimeField(_("dibatalkan pada"), auto_now_add=True)

    objects = ReversalQuerySet.as_manager()

    class Meta:
        verbose_name = _("pembatalan pelatihan")
        verbose_name_plural = _("pembatalan pelatihan")
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="reversal_has_reason")]

    def __str__(self) -> str:
        return self.reason
