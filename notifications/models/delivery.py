"""What is to be told to whom by which channel, and what became of it: the plan, the queue and the log in one table."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models import User
from regions.scope import Scope

# Indexes that PostgreSQL also reads by the beginning of a region's code, whatever its collation; see regions.lookups.
PREFIXES = ("varchar_pattern_ops", "int8_ops")


class Channel(models.TextChoices):
    """The ways to a person."""

    INBOX = "inbox", _("kotak masuk")
    EMAIL = "email", _("e-mail")
    WHATSAPP = "whatsapp", _("WhatsApp/SMS")


class State(models.TextChoices):
    """Where a delivery stands; the last three are final."""

    PLANNED = "planned", _("menunggu dikirim")
    SENDING = "sending", _("sedang dikirim")
    SENT = "sent", _("terkirim")
    FAILED = "failed", _("gagal")
    DROPPED = "dropped", _("tidak perlu lagi")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Who may see which delivery, and which are due."""

    def within(self, scope: Scope) -> Self:
        """Deliveries that concern the scope's regions."""
        return self.filter(scope.q("region__code"))

    def of(self, user: User) -> Self:
        """What one person was told."""
        return self.filter(user=user)

    def due(self, now: datetime) -> Self:
        """What may be sent now: its time has come, and no living worker holds it."""
        free = Q(state=State.PLANNED, due_at__lte=now) | Q(state=State.SENDING, claimed_until__lt=now)
        return self.filter(free)


class Delivery(models.Model):
    """One message to one person by one channel.

    `key` names the event once (`reminder:2026-2:d30`); with the person and the channel it is unique, so planning
    twice changes nothing. The text is put together when it is sent, by the topic's composer, and not kept here.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.CharField(max_length=120)
    topic = models.CharField(_("jenis pesan"), max_length=40)
    channel = models.CharField(_("saluran"), max_length=10, choices=Channel)
    member = models.ForeignKey(
        "members.Member", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("anggota")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("akun")
    )
    region = models.ForeignKey(
        "regions.Region", models.PROTECT, db_index=False, related_name="+", verbose_name=_("wilayah")
    )
    batch = models.UUIDField(null=True, blank=True, editable=False)
    state = models.CharField(_("keadaan"), max_length=10, choices=State, default=State.PLANNED)
    attempts = models.PositiveSmallIntegerField(_("percobaan"), default=0)
    result = models.CharField(_("hasil"), max_length=120, blank=True)
    planned_at = models.DateTimeField(_("direncanakan pada"))
    due_at = models.DateTimeField(_("dikirim mulai"))
    expires_at = models.DateTimeField(_("tidak dikirim lagi setelah"))
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    done_at = models.DateTimeField(_("selesai pada"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("pengiriman")
        verbose_name_plural = _("pengiriman")
        ordering = ["-pk"]
        indexes = [
            # Of a million due at one moment the first fifty are read as they stand, without sorting them all.
            models.Index(
                fields=["channel", "due_at", "id"],
                condition=Q(state__in=["planned", "sending"]),
                name="delivery_next_due",
            ),
            models.Index(fields=["region", "-id"], opclasses=PREFIXES, name="delivery_region"),
            # What is rare among a region's messages is found without reading them all.
            models.Index(
                fields=["region", "-id"], opclasses=PREFIXES, condition=Q(state="failed"), name="delivery_failed"
            ),
            models.Index(
                fields=["region", "-id"], opclasses=PREFIXES, condition=Q(state="dropped"), name="delivery_dropped"
            ),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="delivery_batch"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "key", "channel"], condition=Q(member__isnull=False), name="delivery_member_once"
            ),
            models.UniqueConstraint(
                fields=["user", "key", "channel"], condition=Q(member__isnull=True), name="delivery_user_once"
            ),
            models.CheckConstraint(condition=~Q(key=""), name="delivery_has_key"),
            models.CheckConstraint(
                condition=Q(member__isnull=False) | Q(user__isnull=False), name="delivery_has_recipient"
            ),
            models.CheckConstraint(condition=Q(channel__in=["inbox", "email", "whatsapp"]), name="delivery_channel"),
            models.CheckConstraint(
                condition=~Q(channel="inbox") | Q(user__isnull=False), name="delivery_inbox_has_account"
            ),
            models.CheckConstraint(
                condition=Q(state="sending", claim__isnull=False, claimed_until__isnull=False)
                | Q(~Q(state="sending"), claim__isnull=True, claimed_until__isnull=True),
                name="delivery_claimed_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "sending"], done_at__isnull=True)
                | Q(state__in=["sent", "failed", "dropped"], done_at__isnull=False),
                name="delivery_done_has_moment",
            ),
            models.CheckConstraint(condition=Q(expires_at__gte=F("due_at")), name="delivery_expires_after_due"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.channel}"
