"""Telling officers that an exemption or an extension waits for them; names stay out of the notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from members.access import Access
from members.filters import FOR_ME
from members.models import Member, RoleGrant, RoleKind, User
from notifications.models import Notice
from notifications.services import ask_again, close_matter, notify
from training.deciders import deciders_for
from training.models import Exemption, Extension


def waiting_for(request: Exemption | Extension) -> str:
    """The matter of one request that waits for a decision."""
    return f"{request._meta.model_name}:{request.pk}"


def waiting_for_several(asker_id: int | None) -> str:
    """The matter of all exemptions that somebody asked for and that wait."""
    return f"exemption:asked:{asker_id}"


def _key_of(request: Exemption | Extension) -> str:
    return f"{waiting_for(request)}:asked"


def tell_of_extension(extension: Extension) -> None:
    """Ask the officers of the member's village, or of the nearest level above it that has any."""
    _ask(_officers_over(extension), extension)


def _officers_over(extension: Extension) -> list[User]:
    member = extension.member
    return deciders_for([member.village_id], but=[member.user_id, extension.asked_by_id])


def tell_of_exemptions(exemptions: Sequence[Exemption]) -> None:
    """Ask the officers above the level that asked, each once for all that were asked for together."""
    asked: dict[User, list[Exemption]] = defaultdict(list)
    for exemption, officers in _deciders(exemptions):
        for officer in officers:
            asked[officer].append(exemption)
    for officer, theirs in asked.items():
        if len(theirs) == 1:
            _ask([officer], theirs[0])
            continue
        notify(
            user=officer,
            key=_key_of(theirs[0]),
            title=_("Dispensasi menunggu keputusan"),
            body=_("Dispensasi diajukan untuk %(n)d anggota.") % {"n": len(theirs)},
            path=f"{reverse('training:exemptions')}?status={FOR_ME}",
            matter=waiting_for_several(theirs[0].asked_by_id),
        )


def _deciders(exemptions: Sequence[Exemption]) -> Iterator[tuple[Exemption, list[User]]]:
    """Each request with whom to ask; a query for each village and level, and for each member who is an officer."""
    users = [exemption.member.user_id for exemption in exemptions if exemption.member.user_id]
    officers = set(RoleGrant.objects.filter(kind=RoleKind.OFFICER, user__in=users).values_list("user_id", flat=True))
    found: dict[tuple[str, int, int | None], list[User]] = {}
    for exemption in exemptions:
        member = exemption.member
        key = (member.village_id, exemption.asked_level, member.user_id if member.user_id in officers else None)
        if key not in found:
            village, level, own = key
            found[key] = deciders_for([village], but=[exemption.asked_by_id, own], above=level)
        yield exemption, found[key]


def _ask(officers: Iterable[User], request: Exemption | Extension) -> None:
    if isinstance(request, Exemption):
        title, body = _("Dispensasi menunggu keputusan"), _("Dispensasi diajukan untuk seorang anggota %(village)s.")
    else:
        title, body = _("Perpanjangan waktu menunggu keputusan"), _("Seorang anggota %(village)s perlu waktu lagi.")
    facts = {
        "key": _key_of(request),
        "title": title,
        "body": body % {"village": request.member.village.display_name},
        "path": reverse(f"training:{request._meta.model_name}", args=[request.uuid]),
        "matter": waiting_for(request),
    }
    for officer in officers:
        notify(user=officer, **facts)


def close_request(request: Exemption | Extension) -> None:
    """Nobody is asked any more about what was just decided."""
    close_matter(waiting_for(request))
    if isinstance(request, Exemption):
        _close_several(request.asked_by_id)


def _close_several(asker_id: int | None) -> None:
    """Of what somebody asked for together, nobody is asked any more for whom none of it waits."""
    theirs, matter = Exemption.objects.waiting().filter(asked_by=asker_id), waiting_for_several(asker_id)
    for user in User.objects.filter(pk__in=Notice.objects.asking(matter).values("user")):
        if not theirs.decidable_by(Access(user)).exists():
            close_matter(matter, people=User.objects.filter(pk=user.pk))


def hand_over_requests(*, member: Member) -> None:
    """What waits of somebody who moved is asked of the officers over their village now.

    To those who were asked before and do not decide any more, its page may not be there any more.
    """
    exemptions = list(Exemption.objects.waiting().filter(member=member).select_related("member__village"))
    extensions = list(Extension.objects.waiting().filter(member=member).select_related("member__village"))
    asked: list[tuple[Exemption | Extension, list[User]]] = [*_deciders(exemptions)]
    asked += [(extension, _officers_over(extension)) for extension in extensions]
    for request, officers in asked:
        close_matter(waiting_for(request), people=User.objects.exclude(pk__in=[officer.pk for officer in officers]))
        _ask(officers, request)
        ask_again(key=_key_of(request), users=officers)  # who moved there and back
    for asker_id in {exemption.asked_by_id for exemption in exemptions}:
        _close_several(asker_id)
