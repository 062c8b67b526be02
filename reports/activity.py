"""The activity report (laporan kegiatan), who was present, and the counter of its numbers."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.access import Access
from regions.scope import Scope
from regions.timezones import abbreviation, zone_of
from reports.rights import review_scope, village_scope

LONGEST_ACTIVITY = timedelta(days=7)  # a guard of several days is one activity, a month of patrols is not


class ActivityReportQuerySet(models.QuerySet["ActivityReport"]):
    """Who may see which report, and which reports count."""

    def within(self, scope: Scope) -> Self:
        """Reports of the villages in the scope, drafts included."""
        return self.filter(scope.q("village__code"))

    def visible_to(self, access: Access) -> Self:
        """A person's own reports, every report of their village, and what was sent in their wider region."""
        visible = Q(reporter_id=access.user.pk)
        if access.officer_scope:
            visible |= access.officer_scope.q("village__code") & ~Q(status=ActivityReport.Status.DRAFT)
        own_villages = village_scope(access)
        if own_villages:
            visible |= own_villages.q("village__code")
        return self.filter(visible)

    def submitted(self) -> Self:
        """Reports that were handed in and not given back: sent or verified."""
        return self.filter(status__in=ActivityReport.SUBMITTED)

    def waiting(self) -> Self:
        """Reports that wait for the kecamatan."""
        return self.filter(status=ActivityReport.Status.SENT)

    def reviewable_by(self, access: Access) -> Self:
        """Those this person reviews: as an officer of the kecamatan, never their own."""
        return self.within(review_scope(access)).exclude(reporter_id=access.user.pk)


class ActivityReport(models.Model):
    """One activity of a village's Linmas, from draft to verified; editable until sent and again when returned."""

    class Kind(models.TextChoices):
        """The first seven are Permendagri 26/2020 article 3(4); the rest is what villages report besides."""

        EARLY_DETECTION = "early_detection", _("Deteksi dan cegah dini")
        GUIDANCE = "guidance", _("Pembinaan dan penyuluhan")
        PATROL = "patrol", _("Patroli")
        GUARDING = "guarding", _("Pengamanan")
        ESCORT = "escort", _("Pengawalan")
        ENFORCEMENT = "enforcement", _("Penertiban")
        CROWD_CONTROL = "crowd_control", _("Penanganan unjuk rasa dan kerusuhan massa")
        NEIGHBOURHOOD_WATCH = "neighbourhood_watch", _("Siskamling/ronda")
        HEALTH_POST = "health_post", _("Posyandu")
        DISASTER = "disaster", _("Kebencanaan")
        COMMUNITY_WORK = "community_work", _("Kerja bakti")
        DIALOGUE = "dialogue", _("Dialog warga")
        EXERCISE = "exercise", _("Latihan/simulasi")
        PUBLIC_SERVICE = "public_service", _("Pelayanan masyarakat")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draf")
        SENT = "sent", _("dikirim")
        VERIFIED = "verified", _("diverifikasi")
        RETURNED = "returned", _("dikembalikan")

    EDITABLE = (Status.DRAFT, Status.RETURNED)
    SUBMITTED = (Status.SENT, Status.VERIFIED)

    draft_key = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text=_("dari formulir: mengirim formulir dua kali tetap satu draf")
    )
    village = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="activity_reports", verbose_name=_("desa/kelurahan")
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="activity_reports", verbose_name=_("pelapor")
    )
    reporter_name = models.CharField(_("nama pelapor"), max_length=100)
    reporter_position = models.CharField(_("jabatan pelapor"), max_length=100)

    kind = models.CharField(_("jenis kegiatan"), max_length=24, choices=Kind, blank=True)
    basis = models.CharField(_("dasar"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("mulai"), null=True, blank=True)
    ends_at = models.DateTimeField(_("selesai"), null=True, blank=True)
    activity_date = models.DateField(_("tanggal kegiatan"), null=True, blank=True, editable=False)
    place = models.CharField(_("tempat"), max_length=200, blank=True)
    latitude = models.DecimalField(_("lintang"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("bujur"), max_digits=9, decimal_places=6, null=True, blank=True)
    members_present = models.ManyToManyField(
        "members.Member", through="Presence", related_name="+", verbose_name=_("anggota yang hadir")
    )
    others_present = models.TextField(_("pihak lain yang hadir"), blank=True)
    account = models.TextField(_("uraian kegiatan"), blank=True)
    result = models.TextField(_("hasil"), blank=True)
    obstacles = models.TextField(_("kendala"), blank=True)
    follow_up = models.TextField(_("tindak lanjut"), blank=True)

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    number = models.CharField(_("nomor"), max_length=60, null=True, blank=True, editable=False)
    number_year = models.PositiveSmallIntegerField(null=True, editable=False)
    number_sequence = models.PositiveIntegerField(null=True, editable=False)
    sent_at = models.DateTimeField(_("dikirim pada"), null=True, blank=True)
    decided_at = models.DateTimeField(_("diputuskan pada"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pemeriksa")
    )
    return_reason = models.TextField(_("alasan dikembalikan"), blank=True)
    unfinished = models.JSONField(
        default=dict, blank=True, editable=False, help_text=_("isian draf yang belum terbaca, persis seperti diketik")
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = ActivityReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan kegiatan")
        verbose_name_plural = _("laporan kegiatan")
        ordering = ["-activity_date", "-pk"]
        indexes = [
            models.Index(fields=["village", "activity_date", "status"], name="report_village_date_status"),
            models.Index(fields=["activity_date", "village", "status"], name="report_date_village_status"),
            models.Index(fields=["reporter", "status"], name="report_reporter_status"),
        ]
        # A CHECK that evaluates to NULL passes, so every nullable column is also asked for its presence.
        constraints = [
            models.UniqueConstraint(fields=["draft_key"], name="report_draft_once"),
            models.UniqueConstraint(fields=["number"], name="report_number_once"),
            models.UniqueConstraint(
                fields=["village", "number_year", "number_sequence"], name="report_sequence_once_a_village_year"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "sent", "verified", "returned"]), name="report_status_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="report_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(starts_at__isnull=True)
                | Q(ends_at__lte=F("starts_at") + LONGEST_ACTIVITY),
                name="report_of_a_week_at_most",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, activity_date__isnull=True)
                | Q(starts_at__isnull=False, activity_date__isnull=False),
                name="report_date_goes_with_start",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="report_coordinates_are_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(
                    number__isnull=False,
                    number_year__isnull=False,
                    number_sequence__isnull=False,
                    number_sequence__gte=1,
                    sent_at__isnull=False,
                ),
                name="report_beyond_draft_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sent", "verified"])
                | Q(starts_at__isnull=False, ends_at__isnull=False)
                & ~Q(kind="")
                & ~Q(place="")
                & ~Q(account="")
                & ~Q(result="")
                & Q(unfinished={}),
                name="report_submitted_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["verified", "returned"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="report_decided_has_decider",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(return_reason=""), name="report_returned_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What it is called in lists and messages: the kind, until then simply a report."""
        return str(self.get_kind_display()) if self.kind else str(_("Laporan kegiatan"))

    @property
    def is_editable(self) -> bool:
        """Whether its writer may still change it."""
        return self.status in self.EDITABLE

    @property
    def zone(self) -> ZoneInfo:
        """The village's own time zone, in which every moment of the report is shown."""
        return zone_of(self.village_id)

    @property
    def when_parts(self) -> tuple[str, str]:
        """`20 November 2026,` and `20.00–23.00 WITA`; the first part ends in `–` when it went past midnight."""
        if not self.starts_at:
            return "", ""
        name, start = abbreviation(self.zone), self.starts_at.astimezone(self.zone)
        day = date_format(start, "j F Y")
        if not self.ends_at:
            return f"{day},", f"{start:%H.%M} {name}"
        end = self.ends_at.astimezone(self.zone)
        if end.date() == start.date():
            return f"{day},", f"{start:%H.%M}–{end:%H.%M} {name}"
        return f"{day}, {start:%H.%M} –", f"{date_format(end, 'j F Y')}, {end:%H.%M} {name}"

    @property
    def is_one_day(self) -> bool:
        """Whether it ended on the day it began, by the village's clock; so too while the end is open."""
        return not self.when_parts[0].endswith("–")

    @property
    def when(self) -> str:
        """`20 November 2026, 20.00–23.00 WITA`; empty without a start."""
        return " ".join(self.when_parts).strip()

    @property
    def account_points(self) -> list[str]:
        """The account, one point a line as it was typed."""
        return [line.strip() for line in self.account.splitlines() if line.strip()]


class Presence(models.Model):
    """One member of the village who took part, with the name as it was then."""

    report = models.ForeignKey(ActivityReport, models.CASCADE, related_name="presences")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="report_presences")
    name = models.CharField(_("nama"), max_length=100)

    class Meta:
        verbose_name = _("kehadiran anggota")
        verbose_name_plural = _("kehadiran anggota")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "member"], name="report_member_present_once")]

    def __str__(self) -> str:
        return self.name


class ReportSequence(models.Model):
    """The last number a village gave out in a year; its row is locked while the next one is given."""

    village = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("tahun"))
    last = models.PositiveIntegerField(_("nomor terakhir"), default=0)

    class Meta:
        verbose_name = _("urutan nomor laporan")
        verbose_name_plural = _("urutan nomor laporan")
        constraints = [models.UniqueConstraint(fields=["village", "year"], name="report_sequence_once")]

    def __str__(self) -> str:
        return f"{self.village_id} {self.year}: {self.last}"
