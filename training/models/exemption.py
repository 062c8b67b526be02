"""What excuses a member from a half, or gives them longer for it: asked with a reason, answered by an officer."""

from __future__ import annotations

from datetime import date
from typing import Self, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.private_files import private_storage
from members.access import Access
from members.models import RoleKind
from regions.models import Region
from regions.scope import NATION_CODE, Scope
from training.models.period import Period


class Decision(models.TextChoices):
    """Where a request stands."""

    WAITING = "waiting", _("menunggu keputusan")
    GRANTED = "granted", _("disetujui")
    REFUSED = "refused", _("ditolak")
    WITHDRAWN = "withdrawn", _("dicabut")


REASON_NEEDED = [Decision.REFUSED, Decision.WITHDRAWN]
IN_PLAY = [Decision.WAITING, Decision.GRANTED]


M = TypeVar("M", bound=models.Model)


class RequestQuerySet(models.QuerySet[M]):
    """Filters that exemptions and extensions share."""

    def within(self, scope: Scope) -> Self:
        """Requests for members who belong to the scope's villages now."""
        return self.filter(scope.q("member__village__code"))

    def waiting(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(status=Decision.WAITING)

    def in_play(self) -> Self:
        """Those that wait or hold: the same is not asked for again."""
        return self.filter(status__in=IN_PLAY)

    def granted(self) -> Self:
        """Those that hold."""
        return self.filter(status=Decision.GRANTED)


class Request(models.Model):
    """What both have: for whom, why, who asked and who answered."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Decision, default=Decision.WAITING)
    reason = models.TextField(_("alasan"), max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("diajukan pada"), auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan pada"), null=True, blank=True)
    decision_reason = models.TextField(_("alasan keputusan"), max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered yet."""
        return self.status == Decision.WAITING


def answered(name: str) -> list[models.CheckConstraint]:
    """Named constraints of both tables: an answer has its moment, a refusal its reason."""
    return [
        models.CheckConstraint(
            condition=models.Q(status=Decision.WAITING) | models.Q(decided_at__isnull=False),
            name=f"{name}_decided_has_moment",
        ),
        models.CheckConstraint(
            condition=~models.Q(status__in=REASON_NEEDED) | ~models.Q(decision_reason=""),
            name=f"{name}_refused_has_reason",
        ),
        models.CheckConstraint(condition=~models.Q(reason=""), name=f"{name}_has_reason"),
    ]


class ExemptionQuerySet(RequestQuerySet["Exemption"]):
    """Exemptions."""

    def decidable_by(self, access: Access) -> Self:
        """Those this person decides: what `exemption_services.may_decide_exemption` says of each, in one query."""
        others = self.exclude(member__user=access.user).exclude(asked_by=access.user)
        levels = {grant.region_id: grant.region.level for grant in access.grants if grant.kind == RoleKind.OFFICER}
        if access.is_admin or Region.Level.NATION in levels.values():
            return others
        decidable = Q(pk__in=[])
        for code, level in levels.items():
            decidable |= Scope.of(code).q("member__village__code") & Q(asked_level__gt=level)
        return others.filter(decidable)


# Who decides what officers of a level asked for; the nation's, of whom nobody is above, decide about each other's.
_AWAITED = {
    Region.Level.VILLAGE: _("menunggu keputusan kecamatan"),
    Region.Level.DISTRICT: _("menunggu keputusan kabupaten/kota"),
    Region.Level.REGENCY: _("menunggu keputusan provinsi"),
    Region.Level.PROVINCE: _("menunggu keputusan pusat"),
    Region.Level.NATION: _("menunggu keputusan petugas pusat"),
}


def awaited(asked_level: int) -> str:
    """Whose decision a request waits for, by the level that asked; the same words on every page."""
    return str(_AWAITED[Region.Level(asked_level)])


class Exemption(Request):
    """Excuses a member from the halves that its days cover long enough (`Policy.exempt_days`)."""

    class Kind(models.TextChoices):
        ILLNESS = "illness", _("sakit")
        DEPLOYMENT = "deployment", _("penugasan")
        OTHER = "other", _("lainnya")

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="exemptions")
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"))
    asked_level = models.PositiveSmallIntegerField(
        _("tingkat pemohon saat mengajukan"), choices=Region.Level, default=Region.Level.VILLAGE, editable=False
    )
    document = models.CharField(_("nomor surat atau bukti"), max_length=150, blank=True)
    letter = models.FileField(_("surat atau foto bukti"), storage=private_storage, max_length=200, blank=True)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispensasi")
        verbose_name_plural = _("dispensasi")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["member", "ends_on"], name="exemption_member_end")]
        constraints = [
            *answered("exemption"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="exemption_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(asked_level__in=Region.Level.values), name="exemption_asked_level_known"
            ),
            models.UniqueConstraint(
                fields=["member", "starts_on", "ends_on"],
                condition=models.Q(status__in=IN_PLAY),
                name="exemption_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on}–{self.ends_on}"

    @property
    def letter_is_pdf(self) -> bool:
        """Whether the letter is a PDF; otherwise it is a photo."""
        return (self.letter.name or "").endswith(".pdf")

    @property
    def awaited(self) -> str:
        """Whose decision it waits for."""
        return awaited(self.asked_level)

    def days_within(self, first: date, last: date) -> int:
        """How many of its days lie between two days, both included."""
        return max(0, (min(self.ends_on, last) - max(self.starts_on, first)).days + 1)


class LetterAccess(models.Model):
    """One look at a letter, which may tell of an illness: who, when, whose and why; only ever added to."""

    exemption = models.ForeignKey(Exemption, models.PROTECT, related_name="letter_accesses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("oleh"))
    reason = models.CharField(_("alasan"), max_length=500)
    at = models.DateTimeField(_("waktu"), auto_now_add=True)

    class Meta:
        verbose_name = _("pembukaan surat")
        verbose_name_plural = _("pembukaan surat")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="letter_access_has_reason")]

    def __str__(self) -> str:
        return f"{self.exemption_id} {self.at:%Y-%m-%d}"


class ExtensionQuerySet(RequestQuerySet["Extension"]):
    """Extensions."""

    def visible_to(self, access: Access) -> Self:
        """A person's own, and those of the region in which they are an officer."""
        scope = access.officer_scope
        if scope.covers(NATION_CODE):  # an empty condition, which an OR would drop
            return self.all()
        own = Q(member=access.member) if access.member is not None else Q(pk__in=[])
        return self.filter(own | scope.q("member__village__code"))

    def decidable_by(self, access: Access) -> Self:
        """Those this person decides: as an officer over the member, never their own nor what they asked for."""
        others = self.exclude(member__user=access.user).exclude(asked_by=access.user)
        return others.within(access.officer_scope)


class Extension(Request):
    """Gives a member until a later day for one half."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="extensions")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    until = models.DateField(_("sampai tanggal"))

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("perpanjangan waktu")
        verbose_name_plural = _("perpanjangan waktu")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            *answered("extension"),
            models.UniqueConstraint(
                fields=["member", "period"],
                condition=models.Q(status__in=IN_PLAY),
                name="extension_once_a_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} → {self.until}"
