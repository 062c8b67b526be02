"""The member of Linmas and the squad they serve in."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from members.nik import NIK, NIKUnreadable, index_nik, open_nik, seal_nik
from members.users import User
from regions.scope import Scope


class Squad(models.Model):
    """A squad (regu); a table because regions differ."""

    name = models.CharField(_("nama regu"), max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(_("urutan"), default=0)

    class Meta:
        verbose_name = _("regu")
        verbose_name_plural = _("regu")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(models.QuerySet["Member"]):
    """Who may see which member, and which members count."""

    def within(self, scope: Scope) -> Self:
        """Members of the villages in the scope."""
        return self.filter(scope.q("village__code"))

    def active(self) -> Self:
        """Members who are verified and serving."""
        return self.filter(status=Member.Status.ACTIVE)

    def pending(self) -> Self:
        """Members who wait for their village's verification."""
        return self.filter(status=Member.Status.PENDING)

    def decidable(self, *, scope: Scope, by: User | AnonymousUser) -> Self:
        """Those who wait for a decision of `by`, who decides in the scope (`Access.verifier_scope`), not about self."""
        return self.within(scope).pending().exclude(user=by.pk)

    def sharing_nik(self, member: Member) -> Self:
        """Other rows with the same NIK, over the whole nation and whatever their status."""
        return self.filter(nik_index=member.nik_index).exclude(pk=member.pk)

    def sharing_phone(self, member: Member) -> Self:
        """Other rows with the same phone, over the whole nation."""
        return self.filter(phone=member.phone, phone__isnull=False).exclude(pk=member.pk)


class Member(models.Model):
    """A Linmas member; may exist without an account, when a village registered them on paper."""

    class Status(models.TextChoices):
        PENDING = "pending", _("menunggu verifikasi")
        ACTIVE = "active", _("aktif")
        REFUSED = "refused", _("ditolak")
        INACTIVE = "inactive", _("tidak aktif")

    class Sex(models.TextChoices):
        MALE = "m", _("laki-laki")
        FEMALE = "f", _("perempuan")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="member", verbose_name=_("akun")
    )
    number = models.CharField(_("nomor anggota"), max_length=24, unique=True, null=True, blank=True)
    name = models.CharField(_("nama lengkap"), max_length=100)
    sex = models.CharField(_("jenis kelamin"), max_length=1, choices=Sex)
    birth_date = models.DateField(_("tanggal lahir"))
    phone = PhoneNumberField(_("nomor HP"), null=True, blank=True, db_index=True)
    nik_sealed = models.BinaryField(_("NIK (terenkripsi)"), null=True, editable=False)
    nik_index = models.CharField(_("indeks NIK"), max_length=64, editable=False, db_index=True)
    village = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="members", verbose_name=_("desa/kelurahan")
    )
    squad = models.ForeignKey(Squad, models.SET_NULL, null=True, blank=True, verbose_name=_("regu"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    joined_on = models.DateField(_("menjadi anggota sejak"), null=True, blank=True)
    registered_at = models.DateTimeField(_("terdaftar pada"), auto_now_add=True)
    decided_at = models.DateTimeField(_("diputuskan pada"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    refusal_reason = models.TextField(_("alasan penolakan"), blank=True)
    whatsapp_consent_at = models.DateTimeField(_("persetujuan pesan WhatsApp"), null=True, blank=True)
    photo_consent_at = models.DateTimeField(_("persetujuan pemuatan foto"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("anggota")
        verbose_name_plural = _("anggota")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["village", "status", "name"], name="member_village_status_name"),
            # The few who wait, counted over a whole province without reading past those who serve.
            models.Index(fields=["village"], condition=models.Q(status="pending"), name="member_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["nik_index"], condition=models.Q(status="active"), name="member_active_nik_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="active")
                | models.Q(number__isnull=False, joined_on__isnull=False, decided_at__isnull=False),
                name="member_active_is_complete",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="refused") | ~models.Q(refusal_reason=""), name="member_refused_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def nik(self) -> NIK | None:
        """The NIK in clear, for checks inside a service; a screen shows `nik_masked`."""
        if self.nik_sealed is None:
            return None
        try:
            return open_nik(self.nik_sealed, row=self.uuid)
        except NIKUnreadable:
            return None

    @nik.setter
    def nik(self, nik: NIK) -> None:
        self.nik_sealed, self.nik_index = seal_nik(nik, row=self.uuid), index_nik(nik)

    @property
    def nik_masked(self) -> str:
        """`99••••••••••1234`, or nothing when the NIK is erased or unreadable."""
        nik = self.nik
        return nik.masked if nik else ""

    def age_on(self, day: date) -> int:
        """Full years on the given day."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class MemberNumbers(models.Model):
    """The last membership number a village has given; kept apart so that a number is never given twice."""

    village = models.OneToOneField("regions.Region", models.PROTECT, primary_key=True, related_name="+")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.village_id}: {self.last}"
