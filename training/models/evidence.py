"""Evidence of a training elsewhere, from its entry to the decision; only an approved one has a row of the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cms.private_files import private_storage
from members.access import Access
from regions.models import Region
from regions.scope import Scope
from training.fields import TrainingField

FIRST_DAY = date(2000, 1, 1)
MOST_HOURS = Decimal("99.5")


def _lies_in(scope: Scope) -> Q:
    """What waits goes with the member to a new village; what is decided stays where that was done."""
    waits = Q(status="submitted")
    return waits & scope.q("member__village__code") | ~waits & scope.q("village__code")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Who may see which evidence, and which waits."""

    def within(self, scope: Scope) -> Self:
        """Evidence of members who belong to the scope's villages, or did when it was decided."""
        return self.filter(_lies_in(scope))

    def of(self, member: object) -> Self:
        """One member's own."""
        return self.filter(member=member)

    def visible_to(self, access: Access) -> Self:
        """A person's own, and that of the region in which they are an officer."""
        own = Q(member=access.member) if access.member is not None else Q(pk__in=[])
        if access.officer_scope == Scope.nation():  # its filter is empty, and an empty one adds nothing to another
            return self.all()
        return self.filter(own | _lies_in(access.officer_scope))

    def waiting(self) -> Self:
        """What an officer has still to decide."""
        return self.filter(status=Evidence.Status.SUBMITTED)

    def decidable_by(self, access: Access) -> Self:
        """Those this person decides: as an officer over the village, never what they entered or what is about them.

        What `evidence_rules.may_decide` says of each.
        """
        others = self.exclude(entered_by=access.user).exclude(member__user=access.user)
        return others.within(access.officer_scope)

    def in_play(self) -> Self:
        """What waits or counts; the same training is entered once among these."""
        return self.exclude(status=Evidence.Status.REFUSED).filter(is_taken_back=False)


class Evidence(models.Model):
    """One training that a member had elsewhere: a photo or PDF that proves it, or a row of an imported table."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", _("menunggu keputusan")
        APPROVED = "approved", _("disetujui")
        REFUSED = "refused", _("ditolak")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="evidence", verbose_name=_("anggota"))
    village = models.ForeignKey(
        "regions.Region",
        models.PROTECT,
        related_name="+",
        verbose_name=_("desa/kelurahan saat dicatat, lalu saat diputuskan"),
    )
    title = models.CharField(_("nama pelatihan"), max_length=200)
    organiser = models.CharField(_("penyelenggara"), max_length=150)
    field = models.CharField(_("bidang"), max_length=40, choices=TrainingField)
    lesson_hours = models.DecimalField(_("JP"), max_digits=3, decimal_places=1, help_text=_("1 JP = 45 menit"))
    completed_on = models.DateField(_("tanggal selesai"))
    file = models.FileField(_("bukti"), storage=private_storage, max_length=200, blank=True)
    upload_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text=_("SHA-256 berkas yang diunggah")
    )
    spreadsheet = models.CharField(_("berkas impor"), max_length=150, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.SUBMITTED)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("dicatat oleh")
    )
    entered_at = models.DateTimeField(_("dicatat pada"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pemutus")
    )
    decided_at = models.DateTimeField(_("diputuskan pada"), null=True, blank=True)
    refusal_reason = models.TextField(_("alasan penolakan"), blank=True)
    record = models.OneToOneField(
        "training.TrainingRecord", models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    is_taken_back = models.BooleanField(
        _("dibatalkan"), default=False, editable=False, help_text=_("Catatannya dibatalkan; boleh dicatat lagi.")
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("pelatihan luar")
        verbose_name_plural = _("pelatihan luar")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["village", "status"], name="evidence_village_status"),
            models.Index(fields=["upload_digest"], condition=~Q(upload_digest=""), name="evidence_digest"),
        ]
        constraints = [
            models.UniqueConstraint(
                "member",
                Lower("title"),
                "completed_on",
                condition=~Q(status="refused") & Q(is_taken_back=False),
                name="evidence_training_once",
            ),
            models.CheckConstraint(
                condition=Q(is_taken_back=False) | Q(status="approved"), name="evidence_taken_back_was_approved"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["submitted", "approved", "refused"]), name="evidence_status_known"
            ),
            models.CheckConstraint(condition=Q(field__in=TrainingField.values), name="evidence_field_known"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(organiser=""), name="evidence_says_what_and_who"),
            models.CheckConstraint(
                condition=Q(lesson_hours__gt=0, lesson_hours__lte=MOST_HOURS), name="evidence_hours_possible"
            ),
            models.CheckConstraint(condition=Q(completed_on__gte=FIRST_DAY), name="evidence_not_before_2000"),
            models.CheckConstraint(
                condition=Q(status="approved", record__isnull=False) | ~Q(status="approved") & Q(record__isnull=True),
                name="evidence_approved_has_record",
            ),
            models.CheckConstraint(
                condition=Q(status="submitted", decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(status="submitted") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="evidence_decided_has_decider",
            ),
            models.CheckConstraint(
                condition=Q(status="refused") & ~Q(refusal_reason="") | ~Q(status="refused") & Q(refusal_reason=""),
                name="evidence_refused_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(file="", upload_digest="") | ~Q(file="") & ~Q(upload_digest=""),
                name="evidence_file_has_digest",
            ),
            models.CheckConstraint(condition=~Q(file="") | ~Q(spreadsheet=""), name="evidence_has_file_or_spreadsheet"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        """Whether an officer has still to decide."""
        return self.status == self.Status.SUBMITTED

    @property
    def current_village(self) -> Region:
        """Whose officers it concerns: the member's own while it waits, then the one that decided."""
        return self.member.village if self.is_waiting else self.village

    @property
    def is_in_play(self) -> bool:
        """Whether it waits or counts."""
        return self.status != self.Status.REFUSED and not self.is_taken_back

    @property
    def is_pdf(self) -> bool:
        """Whether the file is a PDF; else it is a JPEG, or there is none."""
        return str(self.file.name or "").endswith(".pdf")

    @property
    def source(self) -> str:
        """Its key in the ledger."""
        return f"evidence:{self.pk}"
