"""Telling people things, exactly once each."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Member, MemberEvent, RoleGrant, RoleKind, User
from notifications.models import ChannelChoice, Notice
from regions.models import Region
from regions.scope import NATION_CODE


def notify(*, user: User, key: str, title: str, body: str = "", path: str = "", matter: str = "") -> Notice:
    """Put a notice in the person's inbox; a second call with the same `key` changes nothing.

    `key` names the event, e.g. `certificate:12`; `path` is a local path, never with personal data. `matter` names what
    somebody is waited for, e.g. `report:12`: whoever does it calls `close_matter`.
    """
    notice, _created = Notice.objects.get_or_create(
        user=user, key=key, defaults={"title": title, "body": body, "path": path, "matter": matter}
    )
    return notice


def ask_again(*, key: str, users: Iterable[User]) -> int:
    """Mark unread what these people were told under this key, for it waits for them once more; returns how many."""
    return Notice.objects.filter(user__in=list(users), key=key).update(read_at=None)


def close_matter(matter: str, *, people: QuerySet[User] | None = None, until: datetime | None = None) -> int:
    """Mark read what still asks for something that is done: one write, and a second call finds nothing.

    Of everybody, or of these `people`; with `until` only what was told by then. Returns how many notices it was.
    """
    told = Notice.objects.asking(matter)
    if people is not None:
        told = told.filter(user__in=people)
    if until is not None:
        told = told.filter(created_at__lte=until)
    return told.update(read_at=timezone.now())


@transaction.atomic
def mark_read(*, user: User, notice_id: int | None = None) -> int:
    """Mark one notice of the person read, or all of them; returns how many were unread."""
    unread = Notice.objects.of(user).unread()
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=timezone.now())


def choose_channels(*, user: User, email: bool, whatsapp: bool) -> None:
    """Keep by which channels the person wants to be told beside the inbox; what is queued already obeys it too."""
    ChannelChoice.objects.update_or_create(user=user, defaults={"email": email, "whatsapp": whatsapp})


def _registration(member: Member) -> str:
    """The matter of a registration, from the first try to the verification."""
    return f"registration:{member.pk}"


def tell_verified(*, member_id: int) -> None:
    """Tell a person that they are a member now; nobody has to decide any more."""
    member = Member.objects.select_related("user", "village").get(pk=member_id)
    close_matter(_registration(member))
    if member.user:
        text = _("Nomor anggota Anda %(number)s. Anda dapat mulai mengikuti pelatihan.") % {"number": member.number}
        title = _("Pendaftaran Anda diverifikasi")
        notify(user=member.user, key=f"verified:{member.pk}", title=title, body=text, path="/belajar/")


def tell_refused(*, event_id: int) -> None:
    """Tell a person that their registration was refused, and why; it is for them to go on."""
    event = MemberEvent.objects.select_related("member__user").get(pk=event_id)
    member = event.member
    close_matter(_registration(member), until=event.at)
    if member.user:
        title, key = _("Pendaftaran Anda belum diterima"), f"refused:{event.pk}"
        matter = _registration(member) if member.status == Member.Status.REFUSED else ""  # else mended meanwhile
        notify(user=member.user, key=key, title=title, body=event.reason, path="/akun/", matter=matter)


def _verifiers_of(member: Member) -> list[User]:
    """The officers of the nearest region that decides about registrations and has any, the applicant apart."""
    levels = [Region.Level[name.upper()] for name in settings.MEMBER_VERIFIER_LEVELS]
    parts = member.village_id.split(".")
    codes = [NATION_CODE, *(".".join(parts[:length]) for length in range(1, len(parts) + 1))]
    deciding = Region.objects.filter(pk__in=codes, level__in=levels).order_by("-level")
    people = User.objects.filter(is_active=True).exclude(member=member)
    for region in deciding:
        officers = people.filter(role_grants__kind=RoleKind.OFFICER, role_grants__region=region)
        if found := list(officers.distinct()):
            return found
    return []


def tell_verifiers(*, event_id: int) -> None:
    """Tell those who decide that somebody registered, unless they did it themselves; names stay out of the notice.

    What the person was told of an earlier refusal is done with.
    """
    event = MemberEvent.objects.select_related("member__village", "by").get(pk=event_id)
    member, matter = event.member, _registration(event.member)
    close_matter(matter, until=event.at)
    if member.status != Member.Status.PENDING:
        return  # decided before this was told
    title = _("Pendaftaran baru")
    text = _("Seorang warga %(village)s menunggu verifikasi.") % {"village": member.village.display_name}
    for officer in _verifiers_of(member):
        if officer != event.by:
            path = f"/anggota/{member.pk}/"
            key = f"registered:{event.pk}"
            notify(user=officer, key=key, title=title, body=text, path=path, matter=matter)


def tell_role(*, grant_id: int) -> None:
    """Tell a person that they have a new role."""
    grant = RoleGrant.objects.select_related("user", "region").get(pk=grant_id)
    text = _("%(role)s untuk %(region)s.") % {
        "role": grant.get_kind_display().capitalize(),
        "region": grant.region.display_name if grant.region.level != Region.Level.NATION else _("seluruh Indonesia"),
    }
    notify(user=grant.user, key=f"role:{grant.pk}", title=_("Anda mendapat peran baru"), body=text, path="/akun/")
