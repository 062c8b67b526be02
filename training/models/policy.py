"""What a region asks of its members, from one half on until another one says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from regions.scope import Scope

LONG_AGO = date(2020, 1, 1)
REMINDER_DAYS = (60, 30, 14, 7, 1)  # before a half's last day, where no policy says otherwise
MOST_REMINDERS, EARLIEST_REMINDER = 12, 180


def validate_reminder_days(days: Any) -> None:
    """A few different whole numbers of days, from the day before the end back to the half's beginning."""
    is_fine = isinstance(days, list) and len(days) <= MOST_REMINDERS and len(set(map(str, days))) == len(days)
    if not is_fine or not all(type(day) is int and 1 <= day <= EARLIEST_REMINDER for day in days):
        raise ValidationError(
            _("Isi paling banyak %(most)d angka berbeda dari 1 sampai %(last)d, dipisah koma."),
            params={"most": MOST_REMINDERS, "last": EARLIEST_REMINDER},
        )


def _on_days(field: str, *days: tuple[int, int]) -> models.Q:
    """The date field lies on one of these (month, day)."""
    condition = models.Q()
    for month, day in days:
        condition |= models.Q(**{f"{field}__month": month, f"{field}__day": day})
    return condition


class PolicyQuerySet(models.QuerySet["Policy"]):
    """Which policies hold, and who may see them."""

    def within(self, scope: Scope) -> Self:
        """Policies of the scope's regions."""
        return self.filter(scope.q("region__code"))


class Policy(models.Model):
    """The requirement of a region from `starts_on` on; the nearest region upwards that has one decides.

    A policy holds for whole halves: the one in force on a half's first day is the half's policy to its end, so
    that nobody's duty grows while they are at it. A region below may only ask for more (training.strictness).
    """

    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    starts_on = models.DateField(_("berlaku mulai"), default=LONG_AGO)
    ends_on = models.DateField(_("berlaku sampai"), null=True, blank=True)
    per_year = models.PositiveSmallIntegerField(_("pelatihan setahun"), default=2, validators=[MaxValueValidator(24)])
    per_half = models.PositiveSmallIntegerField(
        _("pelatihan tiap semester"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    hours_per_half = models.DecimalField(
        _("JP paling sedikit tiap semester"),
        max_digits=5,
        decimal_places=1,
        default=0,
        validators=[MinValueValidator(0)],
    )
    training_fields = models.JSONField(
        _("bidang yang dihitung"), default=list, blank=True, help_text=_("Kosong: semua bidang dihitung.")
    )
    limits = models.JSONField(
        _("batas menurut jenis"),
        default=dict,
        blank=True,
        help_text=_("Paling banyak dihitung tiap semester menurut jenis pelatihan; 0: tidak dihitung."),
    )
    at_risk_days = models.PositiveSmallIntegerField(_("hari sebelum tenggat dianggap berisiko"), default=45)
    grace_days = models.PositiveSmallIntegerField(
        _("hari kelonggaran setelah tenggat"), default=0, validators=[MaxValueValidator(90)]
    )
    exempt_days = models.PositiveSmallIntegerField(
        _("hari dispensasi yang membebaskan satu semester"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(181)],
    )
    reminder_days = models.JSONField(
        _("hari pengingat sebelum semester berakhir"), default=list, blank=True, validators=[validate_reminder_days]
    )

    objects = PolicyQuerySet.as_manager()

    drafted: Sequence[PolicyCourse] = ()  # the compulsory courses of a policy that is not saved yet

    class Meta:
        verbose_name = _("kebijakan")
        verbose_name_plural = _("kebijakan")
        ordering = ["region", "-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["region", "starts_on"], name="policy_once_a_start"),
            models.CheckConstraint(
                condition=models.Q(per_half__gte=1, per_year__gte=models.F("per_half") * 2),
                name="policy_year_covers_halves",
            ),
            models.CheckConstraint(condition=_on_days("starts_on", (1, 1), (7, 1)), name="policy_starts_with_a_half"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | (models.Q(ends_on__gt=models.F("starts_on")) & _on_days("ends_on", (6, 30), (12, 31))),
                name="policy_ends_with_a_half",
            ),
            models.CheckConstraint(condition=models.Q(hours_per_half__gte=0), name="policy_hours_not_negative"),
            models.CheckConstraint(
                condition=models.Q(exempt_days__gte=1, exempt_days__lte=181), name="policy_exempt_days_within_a_half"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.per_year} setahun, {self.per_half} tiap semester"

    @property
    def compulsory(self) -> list[PolicyCourse]:
        """The courses it makes compulsory."""
        return list(self.drafted if self.pk is None else self.courses.all())

    def limit_of(self, kind: str) -> int | None:
        """How many trainings of this kind count a half; None where there is no limit."""
        limit: Any = self.limits.get(kind)
        return None if limit is None else int(limit)


class PolicyCourse(models.Model):
    """A course that a policy makes compulsory, once for all or to be renewed every so many months."""

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="courses")
    subject = models.CharField(_("kunci kursus"), max_length=120, help_text=_("Seperti di buku pelatihan: course:12"))
    title = models.CharField(_("nama kursus"), max_length=200)
    valid_months = models.PositiveSmallIntegerField(
        _("berlaku (bulan)"), null=True, blank=True, help_text=_("Kosong: berlaku selamanya.")
    )
    window_days = models.PositiveSmallIntegerField(
        _("boleh diperbarui (hari sebelum habis)"), default=60, validators=[MaxValueValidator(366)]
    )

    class Meta:
        verbose_name = _("kursus wajib")
        verbose_name_plural = _("kursus wajib")
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "subject"], name="policy_course_once"),
            models.CheckConstraint(condition=~models.Q(subject=""), name="policy_course_has_subject"),
            models.CheckConstraint(
                condition=models.Q(valid_months__isnull=True) | models.Q(valid_months__gte=1),
                name="policy_course_valid_a_month",
            ),
        ]

    def __str__(self) -> str:
        return self.title
