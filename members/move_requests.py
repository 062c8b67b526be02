"""A move to a village of other officers: asked by one side, answered by the other; until then the member stays."""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.access import Access
from members.member import Member
from regions.scope import Scope


class MoveRequestQuerySet(models.QuerySet["MoveRequest"]):
    """Who may see which request, and who answers it."""

    def within(self, scope: Scope) -> Self:
        """Requests whose member would come into the scope's villages."""
        return self.filter(scope.q("to_village__code"))

    def visible_to(self, access: Access) -> Self:
        """Those of either side, never one about oneself."""
        scope = access.officer_scope
        others = self.exclude(member__user=access.user)
        if scope == Scope.nation():  # its filter is empty, and an empty one adds nothing to another
            return others
        return others.filter(scope.q("to_village__code") | scope.q("from_village__code"))

    def waiting(self) -> Self:
        """Those that nobody has answered."""
        return self.filter(status=MoveRequest.Status.WAITING)

    def decidable_by(self, access: Access) -> Self:
        """Those this person answers: as an officer over the receiving village, never about themselves."""
        return self.within(access.officer_scope).exclude(member__user=access.user)


class MoveRequest(models.Model):
    """One request to receive a member; the unique constraint lets one wait at a time."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("menunggu diterima")
        ACCEPTED = "accepted", _("diterima")
        REFUSED = "refused", _("ditolak")
        WITHDRAWN = "withdrawn", _("dibatalkan")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="move_requests", verbose_name=_("anggota"))
    from_village = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="+", verbose_name=_("dari desa/kelurahan")
    )
    to_village = models.ForeignKey(
        "regions.Region", models.PROTECT, related_name="+", verbose_name=_("ke desa/kelurahan")
    )
    on = models.DateField(_("per tanggal"))
    reason = models.TextField(_("alasan"), max_length=500)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("diminta pada"), auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("diputuskan pada"), null=True, blank=True)
    decision_reason = models.TextField(_("alasan keputusan"), max_length=500, blank=True)

    objects = MoveRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("permintaan pindah")
        verbose_name_plural = _("permintaan pindah")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(status="waiting"), name="move_request_one_waits"
            ),
            models.CheckConstraint(
                condition=~models.Q(from_village=models.F("to_village")), name="move_request_leads_elsewhere"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="move_request_has_reason"),
            models.CheckConstraint(
                condition=models.Q(status="waiting") | models.Q(decided_at__isnull=False),
                name="move_request_decided_has_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="refused") | ~models.Q(decision_reason=""),
                name="move_request_refused_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_village_id} → {self.to_village_id}"

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered yet."""
        return self.status == self.Status.WAITING
