"""Evidence from its entry to the decision; approving is the one step that writes the ledger, and it does so once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import IO

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.private_files import delete_files, private_storage
from members.access import Access
from members.models import Member, User
from notifications.services import ask_again, close_matter, notify
from regions.models import Region
from regions.timezones import local_date, zone_of
from training.deciders import deciders_for
from training.evidence_errors import (
    AlreadyEntered,
    EvidenceDecided,
    EvidenceElsewhere,
    EvidenceInvalid,
    EvidenceRefused,
    MemberNotServing,
    OwnEvidence,
    ReasonMissing,
)
from training.evidence_files import CleanFile, clean_file
from training.evidence_rules import Details, may_decide, problems_of
from training.models import Evidence, TrainingRecord
from training.services import lock, record_training

Status = Evidence.Status


@dataclass
class Decided:
    """What became of several approvals: each is either approved now, or refused with its reason."""

    approved: list[Evidence] = field(default_factory=list)
    refused: list[tuple[Evidence, EvidenceRefused]] = field(default_factory=list)


def submit_evidence(*, member: Member, by: User, details: Details, upload: IO[bytes]) -> Evidence:
    """Enter a training that the member had elsewhere, with its photo or PDF; it waits for an officer.

    The same training with the same file again is the one that stands. Raises MemberNotServing, EvidenceInvalid,
    FileRefused and its kind, AlreadyEntered.
    """
    if member.status != Member.Status.ACTIVE:
        raise MemberNotServing
    if problems := problems_of(details, today=local_date(timezone.now(), member.village_id)):
        raise EvidenceInvalid(problems)
    clean = clean_file(upload)  # slow, so outside of the transaction
    name = private_storage().save(f"evidence/{uuid.uuid4().hex}.{clean.ending}", ContentFile(clean.data))
    try:
        evidence = _insert(member, by, details, clean, name)
    except BaseException:
        delete_files([name])
        raise
    if evidence.file.name != name:
        delete_files([name])
    return evidence


def _insert(member: Member, by: User, details: Details, clean: CleanFile, name: str) -> Evidence:
    """The new row, or the one that stands with the same file."""
    evidence = Evidence(member=member, entered_by=by, file=name, upload_digest=clean.upload_digest, **vars(details))
    try:
        with transaction.atomic():
            stored = lock(member)  # a move hands over what waits: it comes before, or finds it
            if stored.status != Member.Status.ACTIVE:
                raise MemberNotServing
            evidence.village_id = stored.village_id
            evidence.save()
            _tell_officers(evidence)
    except IntegrityError as error:
        same = (
            Evidence.objects.of(member)
            .in_play()
            .filter(upload_digest=clean.upload_digest, title__iexact=evidence.title, completed_on=evidence.completed_on)
        )
        if found := same.first():
            return found
        raise AlreadyEntered from error
    return evidence


def lock_evidence(evidence: Evidence) -> Evidence:
    """The evidence as it is now, its row locked until the transaction ends; whoever comes second waits."""
    return Evidence.objects.select_for_update(of=("self",)).select_related("member__user").get(pk=evidence.pk)


@transaction.atomic
def approve_evidence(*, evidence: Evidence, by: User) -> Evidence:
    """Let the training count: one row of the ledger, at noon of its day in the village's zone.

    Approving an approved one changes nothing. Any officer whose region holds the member's village decides, except who
    entered it and whom it is about (`evidence_rules.may_decide`). Raises OwnEvidence, EvidenceDecided and
    EvidenceElsewhere.
    """
    locked = lock_evidence(evidence)
    if locked.status == Status.APPROVED and not locked.is_taken_back:
        return locked
    _decide(locked, Status.APPROVED, by)
    locked.record = record_training(
        member=locked.member,
        source=locked.source,
        kind=TrainingRecord.Kind.EXTERNAL,
        title=locked.title,
        lesson_hours=locked.lesson_hours,
        completed_at=datetime.combine(locked.completed_on, time(12), zone_of(locked.village_id)),
        field=locked.field,
        organiser=locked.organiser,
    )
    locked.save()
    body = _("%(title)s, %(hours)s JP, sekarang dihitung.") % {
        "title": locked.title,
        "hours": f"{locked.lesson_hours:f}".removesuffix(".0").replace(".", ","),
    }
    _tell_member(locked, title=_("Pelatihan luar disetujui"), body=body)
    return locked


@transaction.atomic
def refuse_evidence(*, evidence: Evidence, by: User, reason: str) -> Evidence:
    """Say no, with the reason that the member reads; they may enter it again.

    Refusing twice for the same reason changes nothing. Raises ReasonMissing and as `approve_evidence` does.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    locked = lock_evidence(evidence)
    if locked.status == Status.REFUSED and locked.decided_by_id == by.pk and locked.refusal_reason == reason:
        return locked
    _decide(locked, Status.REFUSED, by)
    locked.refusal_reason = reason
    locked.save()
    _tell_member(locked, title=_("Pelatihan luar belum dapat diterima"), body=f"{locked.title}: {reason}")
    return locked


def approve_several(*, evidence: Iterable[Evidence], by: User) -> Decided:
    """Approve each in a transaction of its own; a refused one never takes the others with it."""
    outcome = Decided()
    for one in evidence:
        try:
            outcome.approved.append(approve_evidence(evidence=one, by=by))
        except EvidenceRefused as refusal:
            outcome.refused.append((one, refusal))
    return outcome


def _decide(evidence: Evidence, status: str, by: User) -> None:
    """Write the answer; the member is locked first, for they may have moved since the officer opened the page."""
    if not evidence.is_waiting:
        raise EvidenceDecided
    if not may_decide(evidence, by):
        raise OwnEvidence
    village = lock(evidence.member).village_id
    if not Access(by).officer_scope.covers(village):
        raise EvidenceElsewhere
    evidence.village_id = village  # it went with the member so far, and stays from now on
    evidence.status, evidence.decided_by, evidence.decided_at = status, by, timezone.now()
    close_matter(waiting_for(evidence))
    if evidence.spreadsheet:
        mine = Evidence.objects.waiting().filter(entered_by=evidence.entered_by_id).exclude(spreadsheet="")
        if not mine.exclude(pk=evidence.pk).exists():
            close_matter(waiting_for_import(evidence.entered_by_id))


def waiting_for(evidence: Evidence) -> str:
    """The matter of one evidence that waits for a decision."""
    return f"evidence:{evidence.pk}"


def waiting_for_import(user_id: int | None) -> str:
    """The matter of all that somebody imported and that waits."""
    return f"evidence:import:{user_id}"


def _tell_member(evidence: Evidence, *, title: str, body: str) -> None:
    if user := evidence.member.user:
        path = reverse("training:evidence", kwargs={"uuid": evidence.uuid})
        notify(user=user, key=f"evidence:{evidence.pk}:{evidence.status}", title=title, body=body, path=path)


def hand_over(*, member: Member) -> None:
    """What waits of somebody who moved (locked by the caller) is asked of the officers over their village now.

    To those who were asked before and are no officers over it, its page is not there any more.
    """
    for evidence in Evidence.objects.waiting().filter(member=member).select_related("member"):
        evidence.village_id = member.village_id
        asked = _deciders_of(evidence)
        close_matter(waiting_for(evidence), people=User.objects.exclude(pk__in=[user.pk for user in asked]))
        _tell_officers(evidence)
        ask_again(key=_key_of(evidence), users=asked)  # who moved there and back


def _key_of(evidence: Evidence) -> str:
    return f"evidence:{evidence.pk}:submitted"


def _deciders_of(evidence: Evidence) -> list[User]:
    return deciders_for([evidence.village_id], but=[evidence.entered_by_id, evidence.member.user_id])


def _tell_officers(evidence: Evidence) -> None:
    """Names stay out of the notice."""
    village = Region.objects.get(pk=evidence.village_id)
    body = _("Seorang anggota %(village)s punya bukti pelatihan.") % {"village": village.display_name}
    path = reverse("training:evidence", kwargs={"uuid": evidence.uuid})
    for officer in _deciders_of(evidence):
        key, title = _key_of(evidence), _("Pelatihan luar menunggu keputusan")
        notify(user=officer, key=key, title=title, body=body, path=path, matter=waiting_for(evidence))
