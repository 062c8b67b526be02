"""The inbox."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Filters over notices."""

    def of(self, user: User) -> Self:
        """One person's own notices."""
        return self.filter(user=user)

    def unread(self) -> Self:
        """Notices nobody opened yet."""
        return self.filter(read_at__isnull=True)

    def asking(self, matter: str) -> Self:
        """Unread notices that wait for somebody to do this; said as their index has it."""
        return self.unread().filter(matter=matter).exclude(matter="")


class Notice(models.Model):
    """One thing a person should know; `key` makes telling it twice impossible."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    matter = models.CharField(
        max_length=80, blank=True, help_text=_("yang ditunggu; selesai bagi semua orang sekaligus")
    )
    title = models.CharField(_("judul"), max_length=150)
    body = models.TextField(_("isi"), blank=True)
    path = models.CharField(_("tautan"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("waktu"), auto_now_add=True)
    read_at = models.DateTimeField(_("dibaca pada"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pemberitahuan")
        verbose_name_plural = _("pemberitahuan")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notice_inbox"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
            models.Index(
                fields=["matter"],
                condition=models.Q(read_at__isnull=True) & ~models.Q(matter=""),
                name="notice_matter",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notice_once"),
            models.CheckConstraint(condition=~models.Q(key=""), name="notice_has_key"),
        ]

    def __str__(self) -> str:
        return self.title
