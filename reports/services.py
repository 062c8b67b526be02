"""Writing a report and taking it from draft to verified; photos are in `photo_services`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.private_files import delete_files
from members.models import Member, RoleGrant, RoleKind, User
from notifications.services import close_matter, notify
from regions.models import Region
from regions.timezones import local_date
from reports.completeness import missing_parts
from reports.errors import (
    MemberOfElsewhere,
    OwnReport,
    ReasonMissing,
    ReportChanged,
    ReportHasHistory,
    ReportIncomplete,
    ReportNotEditable,
    ReportNotWaiting,
)
from reports.models import ActivityReport, Presence, ReportEvent
from reports.numbers import give_number

Status = ActivityReport.Status
CONTENT_FIELDS = frozenset(
    "kind basis starts_at ends_at place latitude longitude others_present account result obstacles follow_up "
    "unfinished".split()
)


def lock_report(report: ActivityReport) -> ActivityReport:
    """The report as it is now, its row locked until the transaction ends; whoever comes second waits."""
    return ActivityReport.objects.select_for_update(of=("self",)).select_related("village").get(pk=report.pk)


def lock_editable(report: ActivityReport) -> ActivityReport:
    """The same, for a change of its content; raises ReportNotEditable."""
    locked = lock_report(report)
    if not locked.is_editable:
        raise ReportNotEditable
    return locked


@transaction.atomic
def start_draft(*, by: User, village: Region, position: str, draft_key: uuid.UUID | None = None) -> ActivityReport:
    """Begin an empty draft; the same `draft_key` from the same person gives the same draft again."""
    key = draft_key or uuid.uuid4()
    defaults = {
        "village": village,
        "reporter": by,
        "reporter_name": by.name,
        "reporter_position": position,
        "updated_by": by,
    }
    report, _created = ActivityReport.objects.get_or_create(draft_key=key, defaults=defaults)
    if report.reporter_id != by.pk:  # a key of somebody else's form opens nothing
        report = ActivityReport.objects.create(draft_key=uuid.uuid4(), **defaults)
    return report


@transaction.atomic
def save_draft(
    *,
    report: ActivityReport,
    by: User,
    content: Mapping[str, Any],
    members: Iterable[Member] | None = None,
    captions: Mapping[int, str] | None = None,
    revision: int | None = None,
) -> ActivityReport:
    """Store what was typed so far; `members` and `captions` (by position) stay as they are when None.

    Raises ReportNotEditable; ReportChanged when somebody else saved after `revision`; MemberOfElsewhere.
    """
    locked = lock_editable(report)
    if revision is not None and revision != locked.revision and locked.updated_by_id != by.pk:
        raise ReportChanged
    for field, value in content.items():
        if field not in CONTENT_FIELDS:
            raise TypeError(f"{field} is not content of a report")
        setattr(locked, field, value)
    locked.activity_date = local_date(locked.starts_at, locked.village_id) if locked.starts_at else None
    locked.revision += 1
    locked.updated_by = by
    locked.save()
    if members is not None:
        _set_members(locked, members)
    for position, caption in (captions or {}).items():
        locked.photos.filter(position=position).update(caption=caption[:150])
    return locked


def _set_members(report: ActivityReport, members: Iterable[Member]) -> None:
    """Make these the members present; who was chosen before may stay even if no longer active."""
    wanted = {member.pk for member in members}
    listed = set(report.presences.values_list("member_id", flat=True))
    allowed = Member.objects.filter(Q(village_id=report.village_id, status=Member.Status.ACTIVE) | Q(pk__in=listed))
    chosen = list(allowed.filter(pk__in=wanted))
    if len(chosen) != len(wanted):
        raise MemberOfElsewhere
    report.presences.exclude(member_id__in=wanted).delete()
    new = [m for m in chosen if m.pk not in listed]
    Presence.objects.bulk_create([Presence(report=report, member=m, name=m.name) for m in new])


@transaction.atomic
def discard_draft(*, report: ActivityReport) -> None:
    """Delete a draft that was never sent; raises ReportHasHistory otherwise. Its files go after commit."""
    locked = lock_report(report)
    if locked.number:
        raise ReportHasHistory
    names = [str(file.name) for photo in locked.photos.all() for file in (photo.file, photo.thumbnail)]
    locked.delete()
    transaction.on_commit(lambda: delete_files(names))


@transaction.atomic
def send_report(*, report: ActivityReport, by: User, now: datetime | None = None) -> ActivityReport:
    """Hand the report to the kecamatan: number it (once), write history, tell its officers.

    Sending a sent report changes nothing. Raises ReportIncomplete with what is missing.
    """
    locked = lock_report(report)
    if not locked.is_editable:
        return locked
    now = now or timezone.now()
    if missing := missing_parts(locked, now=now):
        raise ReportIncomplete(missing)
    if not locked.number:
        give_number(locked, sent_at=now)
    locked.status, locked.sent_at = Status.SENT, now
    locked.revision += 1  # what the kecamatan read before is another version now
    locked.decided_at = locked.decided_by = None
    locked.return_reason = ""
    locked.save()
    event = _record(locked, ReportEvent.Kind.SENT, by, now)
    close_matter(_matter(locked))
    _tell_district(locked, event)
    return locked


@transaction.atomic
def verify_report(*, report: ActivityReport, by: User, revision: int | None = None) -> ActivityReport:
    """The kecamatan accepts a sent report; verifying twice changes nothing.

    Raises ReportNotWaiting, OwnReport, or ReportChanged when it was sent anew since `revision` was read.
    """
    locked = lock_report(report)
    if locked.status == Status.VERIFIED:
        return locked
    _decide(locked, Status.VERIFIED, by, revision)
    locked.save()
    event = _record(locked, ReportEvent.Kind.VERIFIED, by, locked.decided_at)
    close_matter(_matter(locked))
    _tell_reporter(locked, event, title=_("Laporan %(kind)s diverifikasi") % {"kind": locked.title.lower()})
    return locked


@transaction.atomic
def return_report(*, report: ActivityReport, by: User, reason: str, revision: int | None = None) -> ActivityReport:
    """The kecamatan gives a sent report back with a reason; its writer may then change and send it again.

    Returning it twice for the same reason changes nothing. Raises ReasonMissing, ReportNotWaiting, OwnReport,
    ReportChanged.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    locked = lock_report(report)
    if locked.status == Status.RETURNED and locked.decided_by_id == by.pk and locked.return_reason == reason:
        return locked
    _decide(locked, Status.RETURNED, by, revision)
    locked.return_reason = reason
    locked.save()
    event = _record(locked, ReportEvent.Kind.RETURNED, by, locked.decided_at, reason)
    close_matter(_matter(locked))
    title = _("Laporan %(kind)s dikembalikan") % {"kind": locked.title.lower()}
    _tell_reporter(locked, event, title=title, body=reason, matter=_matter(locked))
    return locked


def _decide(report: ActivityReport, status: str, by: User, revision: int | None) -> None:
    if report.status != Status.SENT:
        raise ReportNotWaiting
    if report.reporter_id == by.pk:
        raise OwnReport
    if revision is not None and revision != report.revision:
        raise ReportChanged
    report.status, report.decided_by, report.decided_at = status, by, timezone.now()


def _record(report: ActivityReport, kind: str, by: User, at: datetime | None, reason: str = "") -> ReportEvent:
    return ReportEvent.objects.create(
        report=report, kind=kind, by=by, by_name=by.name, at=at or timezone.now(), reason=reason
    )


def _matter(report: ActivityReport) -> str:
    """What the report waits for: its kecamatan, and once it is returned its writer."""
    return f"report:{report.pk}"


def _path(report: ActivityReport) -> str:
    return reverse("reports:report", kwargs={"pk": report.pk})


def _tell_district(report: ActivityReport, event: ReportEvent) -> None:
    """Tell every officer of the village's kecamatan, except the sender."""
    grants = RoleGrant.objects.filter(kind=RoleKind.OFFICER, region_id=report.village.parent_id)
    officers = User.objects.filter(pk__in=grants.values("user_id"), is_active=True).exclude(pk=event.by_id)
    title = _("Laporan %(kind)s menunggu pemeriksaan") % {"kind": report.title.lower()}
    for officer in officers:
        notify(
            user=officer,
            key=f"report:{report.pk}:event:{event.pk}",
            title=title,
            body=f"{report.village.display_name}: {report.number}",
            path=_path(report),
            matter=_matter(report),
        )


def _tell_reporter(report: ActivityReport, event: ReportEvent, *, title: str, body: str = "", matter: str = "") -> None:
    notify(
        user=report.reporter,
        key=f"report:{report.pk}:event:{event.pk}",
        title=title,
        body=body or str(report.number),
        path=_path(report),
        matter=matter,
    )
