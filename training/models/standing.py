"""Where members and villages stand in a period: kept with every ledger row, summed for every higher level."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.scope import Scope
from training.models.period import Period

# Indexes that PostgreSQL also reads by the beginning of a region's code, whatever its collation; see regions.lookups.
PREFIXES = ("int8_ops", "varchar_pattern_ops")


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
        return self.filter(needed__gt=0, is_met=False)

    def met(self) -> Self:
        """Members who owed trainings and have them all."""
        return self.filter(is_met=True)


class Standing(models.Model):
    """Where one member stands in one period, kept with every ledger row; lateness is read off the clock.

    Once the period is over its village, service and need stay as they were: history is not rewritten.
    """

    # None has an index of its own: those below begin with member and period, and nobody asks for a village alone.
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="standings", db_index=False)
    village = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", db_index=False)
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", db_index=False)
    is_serving = models.BooleanField(_("anggota aktif"), default=True)
    needed = models.PositiveSmallIntegerField(_("pelatihan yang wajib"), help_text=_("0: tidak wajib pada periode ini"))
    counted = models.PositiveSmallIntegerField(_("pelatihan yang dihitung"), default=0)
    lesson_hours = models.DecimalField(_("JP"), max_digits=6, decimal_places=1, default=0)
    hours_needed = models.DecimalField(_("JP yang wajib"), max_digits=5, decimal_places=1, default=0)
    missing_courses = models.JSONField(_("kursus wajib yang belum"), default=list)
    is_met = models.BooleanField(_("terpenuhi"), default=False)
    # Of all trainings in the half that nobody took back, by day, the `needed`-th one; see `training.rule.Verdict`.
    met_on = models.DateField(_("terpenuhi pada"), null=True)
    is_exempt = models.BooleanField(_("dispensasi"), default=False)
    extended_to = models.DateField(_("diperpanjang sampai"), null=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("kepatuhan anggota")
        verbose_name_plural = _("kepatuhan anggota")
        constraints = [
            models.UniqueConstraint(fields=["member", "period"], name="standing_once_a_period"),
            models.CheckConstraint(
                condition=models.Q(is_serving=True) | models.Q(needed=0), name="standing_only_serving_owe"
            ),
            models.CheckConstraint(
                condition=models.Q(is_met=False) | models.Q(needed__gt=0, counted__gte=models.F("needed")),
                name="standing_met_has_its_trainings",
            ),
            models.CheckConstraint(
                condition=models.Q(is_met=True, met_on__isnull=False) | models.Q(is_met=False, met_on__isnull=True),
                name="standing_met_on_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(is_exempt=False) | models.Q(is_serving=True, needed=0),
                name="standing_exempt_owes_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["period", "village"], opclasses=PREFIXES, name="standing_by_village"),
            # Who still owes a training is a part of a half that grows smaller: lists and reminders read only it.
            models.Index(
                fields=["period", "village"],
                opclasses=PREFIXES,
                condition=models.Q(is_serving=True, is_met=False, needed__gt=0),
                name="standing_owing",
            ),
            # On which days a region's members met the requirement, out of the index alone.
            models.Index(
                fields=["period", "village", "met_on"],
                opclasses=(*PREFIXES, "date_ops"),
                condition=models.Q(is_met=True),
                name="standing_met_by_village",
            ),
            models.Index(fields=["period", "met_on"], condition=models.Q(is_met=True), name="standing_met_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.counted}/{self.needed}"

    @property
    def is_required(self) -> bool:
        """Whether the member owes this period a training."""
        return self.needed > 0


class VillageFigures(models.Model):
    """The figures of one village in one period."""

    village = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    members = models.PositiveIntegerField(_("anggota"), default=0)
    required = models.PositiveIntegerField(_("wajib"), default=0)
    met = models.PositiveIntegerField(_("terpenuhi"), default=0)
    exempt = models.PositiveIntegerField(_("dispensasi"), default=0)
    extended = models.PositiveIntegerField(_("diperpanjang dan belum"), default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.met}/{self.required}"


def adds_up(name: str) -> models.CheckConstraint:
    """Who is required or exempt is a member, who has met the requirement or has longer for it is required."""
    return models.CheckConstraint(
        condition=models.Q(
            required__lte=models.F("members") - models.F("exempt"), met__lte=models.F("required") - models.F("extended")
        ),
        name=name,
    )


def year_within_met(name: str) -> models.CheckConstraint:
    """Who met the whole year has met its second half."""
    return models.CheckConstraint(condition=models.Q(year_met__lte=models.F("met")), name=name)


class VillageTally(VillageFigures):
    """A village's figures as they stand; every higher level is a sum over a code prefix.

    at_risk and overdue are not stored: a village's unmet members share them, by the clock, but for those whose
    time was extended. `year_met` is 0 in a first half; who is counted in a second one is said in `training.full_year`.
    """

    year_met = models.PositiveIntegerField(_("terpenuhi setahun penuh"), default=0)

    class Meta:
        verbose_name = _("rekap desa")
        verbose_name_plural = _("rekap desa")
        constraints = [
            models.UniqueConstraint(fields=["period", "village"], name="tally_once"),
            adds_up("tally_adds_up"),
            year_within_met("tally_year_within_met"),
        ]


class ClosedTally(VillageFigures):
    """A village's figures as they were when the period was closed; never written again.

    `year_met` is NULL in halves that were closed before it was kept.
    """

    year_met = models.PositiveIntegerField(_("terpenuhi setahun penuh"), null=True)

    class Meta:
        verbose_name = _("rekap desa saat ditutup")
        verbose_name_plural = _("rekap desa saat ditutup")
        constraints = [
            models.UniqueConstraint(fields=["period", "village"], name="closed_tally_once"),
            adds_up("closed_tally_adds_up"),
            year_within_met("closed_tally_year_within_met"),
        ]
