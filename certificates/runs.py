"""A run: work over the certificates of a filter, ordered by an officer, done in the background, told as it goes on."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User

SILENT = timedelta(seconds=60)  # so long without a word of a worker, and others take the run up


class RunQuerySet(models.QuerySet["Run"]):
    """Filters over runs."""

    def of(self, user: User) -> Self:
        """What one officer ordered, the newest first."""
        return self.filter(requested_by=user)

    def unfinished(self) -> Self:
        """What has not come to its end."""
        return self.filter(finished_at__isnull=True)

    def abandoned(self, *, now: datetime) -> Self:
        """Unfinished runs that nobody has begun with or no worker seems to be at any longer, the oldest first."""
        last_word = Coalesce("worked_at", "requested_at")
        return self.unfinished().alias(last_word=last_word).filter(last_word__lt=now - SILENT).order_by("pk")


class Run(models.Model):
    """Issuing what is due, or one file for the printer; removed after some days.

    Several workers share it: each has a lane, every so-manieth item, and goes through it in order. What a lane has
    gone through is written down after each batch; a worker that takes it up later goes on there. Doing a batch again
    changes nothing.
    """

    class Kind(models.TextChoices):
        ISSUE = "issue", _("terbitkan")
        PRINT = "print", _("cetak")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("jenis"), max_length=5, choices=Kind)
    about = models.CharField(_("saringan"), max_length=200, blank=True)  # in words that name no person
    items = models.JSONField(_("isi"))  # keys of trainings to issue, or of certificates in the order of the pages
    gone_through = models.JSONField(_("sudah dikerjakan"))  # items of each lane
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    requested_at = models.DateTimeField(_("diminta pada"), auto_now_add=True, db_index=True)
    worked_at = models.DateTimeField(_("terakhir dikerjakan"), null=True, blank=True)
    finished_at = models.DateTimeField(_("selesai pada"), null=True, blank=True)
    left_out = models.JSONField(_("tidak ikut"), default=list)  # numbers of certificates that could not be printed
    tries = models.PositiveSmallIntegerField(_("percobaan"), default=0)  # begun since it last got further
    has_failed = models.BooleanField(_("gagal"), default=False)  # given up; a worker that gets further takes it back
    parts = models.JSONField(_("bagian"), default=list, blank=True)  # names of a print's files until they are bound
    file = models.CharField(_("berkas"), max_length=150, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("proses sertifikat")
        verbose_name_plural = _("proses sertifikat")
        ordering = ["-requested_at", "-pk"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(finished_at__isnull=True), name="run_unfinished"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file="") | models.Q(finished_at__isnull=False), name="run_with_file_is_finished"
            ),
            models.CheckConstraint(
                condition=models.Q(has_failed=False) | models.Q(file="", finished_at__isnull=False),
                name="run_failed_is_finished_without_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.done}/{self.total}"

    @property
    def total(self) -> int:
        """How many items it has."""
        return len(self.items)

    @property
    def done(self) -> int:
        """How many of them it has gone through."""
        return sum(self.gone_through)

    @property
    def is_finished(self) -> bool:
        """Whether there is a result."""
        return self.finished_at is not None

    @property
    def is_issue(self) -> bool:
        """Whether it issues, rather than prints."""
        return self.kind == self.Kind.ISSUE

    @property
    def is_silent(self) -> bool:
        """Whether nobody has begun with it, or who did seems to have been killed."""
        return self.worked_at is None or self.worked_at < timezone.now() - SILENT

    def took_up(self, *, most: int) -> None:
        """Note that somebody begins, or that it ends here, begun `most` times without getting further."""
        self.worked_at = timezone.now()
        if self.tries < most:
            self.tries += 1
        else:
            self.has_failed, self.finished_at = True, self.worked_at

    def got_further(self) -> None:
        """Note that a worker has done something; whoever gave the run up meanwhile was wrong."""
        self.worked_at, self.tries = timezone.now(), 0
        if self.has_failed:
            self.has_failed, self.finished_at = False, None

    def lane(self, number: int) -> list[int]:
        """The items of one lane that are still to be done, in order."""
        share: list[int] = self.items[number :: len(self.gone_through)]
        return share[self.gone_through[number] :]

    @property
    def open_lanes(self) -> list[int]:
        """The lanes that have something left to do; after its last page a print file is still to be written."""
        if not self.is_issue:
            return [] if self.is_finished else [0]
        return [number for number in range(len(self.gone_through)) if self.lane(number)]
