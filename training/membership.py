"""What officers change about a membership, with all that follows from it in one transaction: the standings, the
villages' tallies, and what the member and the other side read in their inboxes.

`members.changes`, `members.corrections` and `members.moves` say who may, what is refused and what the history keeps.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from members import changes, corrections, moves
from members.corrections import Correction
from members.models import Member, MemberEvent, MoveRequest, User
from notifications.services import close_matter, notify
from regions.models import Region
from training.deciders import deciders_for
from training.evidence_services import hand_over
from training.request_notices import hand_over_requests
from training.services import judge_anew, refresh_standing
from training.telling import has_inbox

Kind = MemberEvent.Kind


@transaction.atomic
def end_service(*, member: Member, by: User, kind: str, on: date, reason: str) -> MemberEvent:
    """End a membership: the running half asks nothing of them any more. As `members.changes.end_service`."""
    return _follow(changes.end_service(member=member, by=by, kind=kind, on=on, reason=reason))


@transaction.atomic
def reinstate(*, member: Member, by: User, on: date, reason: str) -> MemberEvent:
    """Let somebody serve again: the running half asks of them what it did before. As `members.changes.reinstate`."""
    return _follow(changes.reinstate(member=member, by=by, on=on, reason=reason))


@transaction.atomic
def move_member(*, member: Member, by: User, village: Region, on: date, reason: str) -> MemberEvent:
    """Move a member at once: the new village counts them from the running half on. As `members.changes.move_member`."""
    return _follow(changes.move_member(member=member, by=by, village=village, on=on, reason=reason))


@transaction.atomic
def ask_move(*, member: Member, by: User, village: Region, on: date, reason: str) -> MoveRequest:
    """Ask the officers of another village, who are told, to receive a member. As `members.moves.ask_move`."""
    request = moves.ask_move(member=member, by=by, village=village, on=on, reason=reason)
    body = _("%(village)s meminta %(to)s menerima seorang anggota.") % {
        "village": request.from_village.display_name,
        "to": request.to_village.display_name,
    }
    for officer in deciders_for([village.pk], but=[by.pk, request.member.user_id]):
        title, key = _("Anggota pindahan menunggu diterima"), f"move:{request.pk}:asked"
        notify(user=officer, key=key, title=title, body=body, path=_path_of(request), matter=_answer_about(member))
    return request


@transaction.atomic
def accept_move(*, request: MoveRequest, by: User) -> MemberEvent:
    """Receive a member, and tell them and who asked. As `members.moves.accept_move`."""
    event = _follow(moves.accept_move(request=request, by=by))
    _tell_asker(MoveRequest.objects.get(pk=request.pk), _("Permintaan pindah diterima"))
    return event


@transaction.atomic
def refuse_move(*, request: MoveRequest, by: User, reason: str) -> MoveRequest:
    """Leave a member where they are, and tell who asked why. As `members.moves.refuse_move`."""
    refused = moves.refuse_move(request=request, by=by, reason=reason)
    close_matter(_answer_about(refused.member))
    _tell_asker(refused, _("Permintaan pindah ditolak"))
    return refused


@transaction.atomic
def withdraw_move(*, request: MoveRequest, by: User) -> MoveRequest:
    """Take a request to move back. As `members.moves.withdraw_move`."""
    withdrawn = moves.withdraw_move(request=request, by=by)
    close_matter(_answer_about(withdrawn.member))
    return withdrawn


@transaction.atomic
def correct_member(
    *, member: Member, by: User, correction: Correction, reason: str, married: bool = False, seen: int | None = None
) -> MemberEvent:
    """Put right what is written about a member; a new day of joining judges every half again, closed ones as a
    correction. As `members.corrections.correct_member`.
    """
    return _follow(
        corrections.correct_member(
            member=member, by=by, correction=correction, reason=reason, married=married, seen=seen
        )
    )


def _follow(event: MemberEvent) -> MemberEvent:
    """Settle what the change means for the member's halves, and tell them; doing it twice changes nothing."""
    if event.has_changed("joined_on"):
        judge_anew(member=event.member)  # first: whoever settles several halves locks the tallies of the earliest first
    refresh_standing(member=event.member)
    if event.kind in (*MemberEvent.ENDINGS, Kind.MOVED):
        close_matter(_answer_about(event.member))
    if event.kind == Kind.MOVED:
        hand_over(member=event.member)
        hand_over_requests(member=event.member)
    _tell_member(event)
    return event


def _tell_member(event: MemberEvent) -> None:
    """Name the act and its day, never the reason: that may be asked for in person. Who died is not written to."""
    member = event.member
    if event.kind == Kind.DIED or member.user is None or not has_inbox(member):
        return
    title, body = _words(event)
    if event.kind == Kind.CORRECTED and event.has_changed("phone") and not member.user.phone:
        body = f"{body} {_('Masuklah dengan nomor anggota, bukan nomor HP.')}"
    notify(user=member.user, key=f"member-event:{event.pk}", title=title, body=body, path=reverse("members:account"))


def _words(event: MemberEvent) -> tuple[str, str]:
    village = Region.objects.get(pk=event.member.village_id)
    facts = {
        "village": village.full_name,
        "on": date_format(event.on, "j F Y") if event.on else "",
        "fields": get_text_list([changed.label.lower() for changed in event.changed], _("dan")),
    }
    title, body = {
        Kind.REINSTATED: (_("Anda aktif kembali"), _("Anda anggota aktif %(village)s lagi per %(on)s.")),
        Kind.MOVED: (_("Anda tercatat di desa baru"), _("Per %(on)s Anda anggota %(village)s. Nomor anggota tetap.")),
        Kind.CORRECTED: (_("Data Anda diperbaiki"), _("Yang diperbaiki: %(fields)s. Periksa di halaman akun Anda.")),
        Kind.RESIGNED: (_("Keanggotaan Anda berakhir"), _("Pengunduran diri Anda dicatat per %(on)s. %(thanks)s")),
        Kind.RETIRED: (_("Keanggotaan Anda berakhir"), _("Masa tugas Anda selesai per %(on)s. %(thanks)s")),
    }.get(
        MemberEvent.Kind(event.kind),
        (_("Keanggotaan Anda berakhir"), _("Keanggotaan Anda berakhir per %(on)s. %(ask)s")),
    )
    thanks, ask = _("Terima kasih atas pengabdian Anda."), _("Tanyakan kepada aparat desa bila ada yang kurang jelas.")
    return title, body % {**facts, "thanks": thanks, "ask": ask}


def _answer_about(member: Member) -> str:
    """The matter of a request to move that waits: a member has one at a time."""
    return f"move:{member.pk}"


def _tell_asker(request: MoveRequest, title: str) -> None:
    """With the member's name: an officer may have asked for many. No other channel carries a notice."""
    if request.asked_by is not None and request.asked_by_id != request.decided_by_id:
        key, answer = f"move:{request.pk}:{request.status}", request.decision_reason or request.to_village.full_name
        body = f"{request.member.name}: {answer}"
        notify(user=request.asked_by, key=key, title=title, body=body, path=_path_of(request))


def _path_of(request: MoveRequest) -> str:
    return reverse("training:move", kwargs={"uuid": request.uuid})
