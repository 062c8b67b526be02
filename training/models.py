"""The requirement: periods, policies, the ledger of counted trainings, standings and village tallies."""

from __future__ import annotations

from datetime import date
from typing import Any, Never, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.scope import Scope
from training.errors import LedgerIsAppendOnly


class Period(models.Model):
    """Half a calendar year, the unit in which the requirement is due; borders are local midnights."""

    year = models.PositiveSmallIntegerField(_("tahun"))
    half = models.PositiveSmallIntegerField(_("semester"))

    class Meta:
        verbose_name = _("periode")
        verbose_name_plural = _("periode")
        ordering = ["-year", "-half"]
        constraints = [
            models.UniqueConstraint(fields=["year", "half"], name="period_once"),
            models.CheckConstraint(condition=models.Q(half__in=[1, 2]), name="period_half_is_1_or_2"),
        ]

    def __str__(self) -> str:
        return f"Semester {'I' if self.half == 1 else 'II'} {self.year}"

    @property
    def code(self) -> str:
        """`2026-2`, as addresses and JSON name it."""
        return f"{self.year}-{self.half}"

    @property
    def first_day(self) -> date:
        """1 January or 1 July."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last_day(self) -> date:
        """30 June or 31 December."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)


class Policy(models.Model):
    """What a region asks of its members; the nearest region upwards that has one decides."""

    region = models.OneToOneField("regions.Region", models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    per_year = models.PositiveSmallIntegerField(_("pelatihan setahun"), default=2)
    per_half = models.PositiveSmallIntegerField(_("pelatihan tiap semester"), default=1)
    at_risk_days = models.PositiveSmallIntegerField(_("hari sebelum tenggat dianggap berisiko"), default=45)

    class Meta:
        verbose_name = _("kebijakan")
        verbose_name_plural = _("kebijakan")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(per_half__gte=1, per_year__gte=models.F("per_half") * 2),
                name="policy_year_covers_halves",
            )
        ]

    def __str__(self) -> str:
        return f"{self.per_year} setahun, {self.per_half} tiap semester"


class TrainingRecordQuerySet(models.QuerySet["TrainingRecord"]):
    """Filters over the ledger."""

    def within(self, scope: Scope) -> Self:
        """Trainings of members who belonged to the scope's villages when they trained."""
        return self.filter(scope.q("village__code"))

    def update(self, **_: object) -> Never:
        """Refused: the ledger is append-only."""
        raise LedgerIsAppendOnly

    def delete(self) -> Never:
        """Refused: the ledger is append-only."""
        raise LedgerIsAppendOnly


class TrainingRecord(models.Model):
    """One counted training of one member: append-only, a snapshot that needs no page and no quiz."""

    class Kind(models.TextChoices):
        ONLINE = "online", _("kursus daring")
        CLASSROOM = "classroom", _("tatap muka")
        EXTERNAL = "external", _("pelatihan luar")

    source = models.CharField(_("sumber"), max_length=120, unique=True)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="training_records")
    village = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    # No index of its own: SQLite would take it before the one below and read a whole period for one village.
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind)
    title = models.CharField(_("nama pelatihan"), max_length=200)
    field = models.CharField(_("bidang"), max_length=40, blank=True)
    lesson_hours = models.DecimalField(
        _("JP"), max_digits=5, decimal_places=1, validators=[MinValueValidator(0)], help_text=_("1 JP = 45 menit")
    )
    score = models.DecimalField(_("nilai"), max_digits=5, decimal_places=2, null=True, blank=True)
    organiser = models.CharField(_("penyelenggara"), max_length=150, blank=True)
    syllabus = models.JSONField(_("silabus"), default=list)
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
            models.Index(fields=["period", "village", "completed_on"], name="record_period_village_day"),
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; a row that stands is never written again."""
        if not self._state.adding:
            raise LedgerIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_: object, **__: object) -> Never:
        """Refused: the ledger is append-only."""
        raise LedgerIsAppendOnly


class StandingQuerySet(models.QuerySet["Standing"]):
    """Filters over standings."""

    def within(self, scope: Scope) -> Self:
        """Standings in the scope's villages."""
        return self.filter(scope.q("village__code"))

    def serving(self) -> Self:
        """Members who count in the period."""
        return self.filter(is_serving=True)

    def missing(self) -> Self:
        """Members who still owe trainings."""
        return self.filter(needed__gt=0, counted__lt=models.F("needed"))

    def met(self) -> Self:
        """Members who owed trainings and have them all."""
        return self.filter(needed__gt=0, counted__gte=models.F("needed"))


class Standing(models.Model):
    """Where one member stands in one period, kept with every ledger row; lateness is read off the clock.

    Once the period is over its village, service and need stay as they were: history is not rewritten.
    """

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="standings")
    village = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    is_serving = models.BooleanField(_("anggota aktif"), default=True)
    needed = models.PositiveSmallIntegerField(_("pelatihan yang wajib"), help_text=_("0: tidak wajib pada periode ini"))
    counted = models.PositiveSmallIntegerField(_("pelatihan yang dihitung"), default=0)
    lesson_hours = models.DecimalField(_("JP"), max_digits=6, decimal_places=1, default=0)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("kepatuhan anggota")
        verbose_name_plural = _("kepatuhan anggota")
        constraints = [
            models.UniqueConstraint(fields=["member", "period"], name="standing_once_a_period"),
            models.CheckConstraint(
                condition=models.Q(is_serving=True) | models.Q(needed=0), name="standing_only_serving_owe"
            ),
        ]
        indexes = [models.Index(fields=["period", "village"], name="standing_period_village")]

    def __str__(self) -> str:
        return f"{self.counted}/{self.needed}"

    @property
    def is_required(self) -> bool:
        """Whether the member owes this period a training."""
        return self.needed > 0

    @property
    def is_met(self) -> bool:
        """Whether the member owed this period trainings and has them all."""
        return self.needed > 0 and self.counted >= self.needed


class VillageTally(models.Model):
    """The figures of one village in one period; every higher level is a sum over a code prefix.

    at_risk and overdue are not stored: all unmet members of a village share them, by the clock.
    """

    village = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    members = models.PositiveIntegerField(_("anggota"), default=0)
    required = models.PositiveIntegerField(_("wajib"), default=0)
    met = models.PositiveIntegerField(_("terpenuhi"), default=0)
    exempt = models.PositiveIntegerField(_("dispensasi"), default=0)

    class Meta:
        verbose_name = _("rekap desa")
        verbose_name_plural = _("rekap desa")
        constraints = [
            models.UniqueConstraint(fields=["period", "village"], name="tally_once"),
            models.CheckConstraint(
                condition=models.Q(met__lte=models.F("required"), required__lte=models.F("members")),
                name="tally_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.met}/{self.required}"
