"""By which channels a person can be reached: what they chose, what they agreed to, and what is known of them."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q

from members.backend import is_proven
from members.models import Member, User
from notifications.models import Channel, ChannelChoice, Delivery


def reachable(channel: str, *, member: str = "") -> Q:
    """Members that the channel reaches, as a filter; `member` is the path to them, like `member__`.

    WhatsApp and SMS need the member's consent, the others an account, e-mail also a mailbox that has answered: what is
    told concerns the person alone.
    """
    if channel == Channel.WHATSAPP:
        known = Q(**{f"{member}phone__isnull": False, f"{member}whatsapp_consent_at__isnull": False})
        return known & ~Q(**{f"{member}phone": ""}) & _chosen(channel, f"{member}user__")
    account = Q(**{f"{member}user__is_active": True})
    return account if channel == Channel.INBOX else account & reachable_user(channel, user=f"{member}user__")


def reachable_user(channel: str, *, user: str = "") -> Q:
    """Accounts that the channel reaches, as a filter; without a membership there is no consent to WhatsApp."""
    if channel == Channel.INBOX:
        return Q(**{f"{user}is_active": True})
    if channel == Channel.EMAIL:
        proven = EmailAddress.objects.filter(
            user=OuterRef(f"{user}pk"), email__iexact=OuterRef(f"{user}email"), verified=True
        )
        return Q(Exists(proven), **{f"{user}is_active": True}) & _chosen(channel, user)
    return Q(pk__in=[])


def _chosen(channel: str, user: str) -> Q:
    """Who did not say no to it; an outer join, for most never chose."""
    return Q(**{f"{user}channel_choice__isnull": True}) | Q(**{f"{user}channel_choice__{channel}": True})


def address_of(delivery: Delivery) -> str:
    """Where the delivery goes now; empty if its person can no longer be reached, or no longer wants to be."""
    member, user = delivery.member, delivery.user
    choice = _choice_of(user)
    if choice is not None and not getattr(choice, delivery.channel, True):
        return ""
    if delivery.channel == Channel.WHATSAPP:
        return _phone_of(member)
    if user is None or not user.is_active:
        return ""
    if delivery.channel == Channel.EMAIL:
        return user.email if user.email and is_proven(user.email, user) else ""
    return str(user.pk)


def _choice_of(user: User | None) -> ChannelChoice | None:
    """What the person chose, if they ever did; no query where it was read with the delivery."""
    try:
        return user.channel_choice if user else None
    except ChannelChoice.DoesNotExist:
        return None


def _phone_of(member: Member | None) -> str:
    if member is None or member.whatsapp_consent_at is None or not member.phone:
        return ""
    return str(member.phone)
