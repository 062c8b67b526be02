"""Certificates as they were issued, and the numbers they took."""

from __future__ import annotations

import secrets
import uuid
from datetime import date
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from certificates.designs import Design, DesignSignatory
from certificates.number_log import NumberEntry, NumberSequence
from certificates.patterns import NumberPattern
from certificates.proofs import proof_of
from certificates.runs import Run
from certificates.signatories import Signatory
from certificates.signed_files import SignedFile
from members.access import Access
from members.models import Member
from regions.scope import NATION_CODE, Scope

__all__ = [
    "Certificate",
    "CertificateQuerySet",
    "Design",
    "DesignSignatory",
    "NumberEntry",
    "NumberPattern",
    "NumberSequence",
    "Predicate",
    "Run",
    "Signatory",
    "SignedFile",
    "make_token",
]


def make_token() -> str:
    """A verification token: 128 random bits, 22 characters safe in an address."""
    return secrets.token_urlsafe(16)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Filters over certificates."""

    def of(self, member: Member) -> Self:
        """One member's own certificates."""
        return self.filter(record__member=member)

    def readable_by(self, access: Access) -> Self:
        """Certificates whose PDF a person may open: their own, and those of the villages they are an officer for."""
        scope = access.officer_scope
        if scope.covers(NATION_CODE):
            return self.all()
        return self.filter(models.Q(record__member__user=access.user) | scope.q("record__village__code"))

    def revocable_by(self, access: Access) -> Self:
        """Certificates that a person may declare void: officers of the issuing regency or above, and the admin.

        A kecamatan's or a village's scope holds no regency, so their officers find none.
        """
        return self.filter(access.officer_scope.q("issuer__code"))

    def within(self, scope: Scope) -> Self:
        """Certificates of trainings of the scope's villages."""
        return self.filter(scope.q("record__village__code"))

    def with_relatives(self) -> Self:
        """With what a verdict asks for: the training, what was replaced, and what replaces it."""
        return self.select_related("record", "replaces", "replaced_by")

    def filed(self) -> Self:
        """Certificates whose PDF exists."""
        return self.exclude(file="")

    def unfiled(self) -> Self:
        """Certificates whose PDF is still to be made."""
        return self.filter(file="")


class Certificate(models.Model):
    """A training's certificate: number and snapshot are written once and never change; the status may.

    Its file is written once too; a signatory may sign on top of it, and `signings` then keeps both.
    A training may have had several, each replacing the one before; at most one of them is valid.
    """

    class Status(models.TextChoices):
        VALID = "valid", _("asli")
        REVOKED = "revoked", _("dicabut")
        SUPERSEDED = "superseded", _("diganti")
        EXPIRED = "expired", _("kedaluwarsa")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token = models.CharField(max_length=22, default=make_token, unique=True, editable=False)
    record = models.ForeignKey("training.TrainingRecord", models.PROTECT, related_name="certificates")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("menggantikan")
    )
    number = models.CharField(_("nomor"), max_length=60, unique=True)
    issuer = models.ForeignKey("regions.Region", models.PROTECT, related_name="+", verbose_name=_("penerbit"))
    year = models.PositiveSmallIntegerField(_("tahun"))
    sequence = models.PositiveIntegerField(_("nomor urut"))
    snapshot = models.JSONField(_("isi sertifikat"))
    file = models.CharField(_("berkas"), max_length=150, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    seal_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what the seal in the file covers
    issued_on = models.DateField(_("tanggal terbit"))
    issued_at = models.DateTimeField(_("diterbitkan pada"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.VALID)
    reason = models.TextField(_("alasan"), blank=True)
    changed_at = models.DateTimeField(_("status diubah pada"), null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    # Why and by whom it was issued in the place of the one it replaces; empty where none was asked for yet.
    reissue_reason = models.TextField(_("alasan terbit ulang"), blank=True)
    reissued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = CertificateQuerySet.as_manager()

    # What validity.look_up has found: until when it holds, and whether that is over.
    last_day: date | None = None
    has_expired = False

    class Meta:
        verbose_name = _("sertifikat")
        verbose_name_plural = _("sertifikat")
        ordering = ["-issued_at", "-pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(file=""), name="certificate_unfiled"),
            models.Index(fields=["sha256"], name="certificate_sha256"),
            models.Index(fields=["seal_digest"], name="certificate_seal_digest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=models.Q(status="valid"), name="certificate_one_valid_per_record"
            ),
            models.CheckConstraint(condition=~models.Q(replaces=models.F("id")), name="certificate_not_its_own_heir"),
            models.CheckConstraint(
                condition=models.Q(reissue_reason="") | models.Q(replaces__isnull=False),
                name="certificate_reissue_replaces_one",
            ),
            models.UniqueConstraint(fields=["issuer", "year", "sequence"], name="certificate_sequence_once"),
            models.UniqueConstraint(fields=["file"], condition=~models.Q(file=""), name="certificate_file_once"),
            models.CheckConstraint(
                condition=models.Q(file="", sha256="") | (~models.Q(file="") & ~models.Q(sha256="")),
                name="certificate_file_has_digest",
            ),
            models.CheckConstraint(
                condition=models.Q(status="valid", reason="", changed_at__isnull=True)
                | (~models.Q(status="valid") & ~models.Q(reason="") & models.Q(changed_at__isnull=False)),
                name="certificate_change_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_filed(self) -> bool:
        """Whether the PDF exists."""
        return self.file != ""

    @property
    def is_reissuable(self) -> bool:
        """Whether it can be issued anew: it holds, or was revoked and nothing has its place, and its training stands.

        A query at most, once `with_relatives`.
        """
        is_last = self.status == self.Status.VALID or (
            self.status == self.Status.REVOKED and not hasattr(self, "replaced_by")
        )
        return is_last and not self.record.is_reversed

    @property
    def completed_on(self) -> date:
        """The day the training was finished, as the certificate prints it."""
        return date.fromisoformat(self.snapshot["completed_on"])

    @property
    def pdf_path(self) -> str:
        """Where the holder finds the PDF."""
        return reverse("certificates:pdf", args=[self.uuid])

    @property
    def share_url(self) -> str:
        """Opens WhatsApp with a text that names nobody; whom to send it to is chosen there."""
        text = _("Sertifikat pelatihan “%(title)s” (%(hours)s JP). Periksa keasliannya: %(address)s") % {
            "title": self.snapshot["title"],
            "hours": self.snapshot["lesson_hours"].replace(".", ","),
            "address": self.verification_url,
        }
        return f"https://wa.me/?{urlencode({'text': text})}"

    @property
    def qr_url(self) -> str:
        """The address that the QR carries: the public one, with a proof for whoever scans it without the network.

        As long for every certificate of the site, and the same for the same certificate and key.
        """
        proof = proof_of(
            token=self.token,
            issuer=self.issuer_id,
            issued_on=self.issued_on,
            sequence=self.sequence,
            snapshot=self.snapshot,
        )
        return f"{self.verification_url}?b={proof}"

    @cached_property
    def verification_url(self) -> str:
        """The public address, as it is printed in words."""
        return f"{settings.BASE_URL}{reverse('certificates:verification', args=[self.token])}"


class Predicate(models.Model):
    """The word a certificate gives to a score: that of the highest minimum not above the score."""

    minimum = models.DecimalField(_("nilai mulai dari"), max_digits=5, decimal_places=2, unique=True)
    label = models.CharField(_("predikat"), max_length=40)

    class Meta:
        verbose_name = _("predikat")
        verbose_name_plural = _("predikat")
        ordering = ["-minimum"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minimum__gte=0, minimum__lte=100), name="predicate_minimum_is_a_score"
            )
        ]

    def __str__(self) -> str:
        return self.label
