"""What an officer reads about an answer: the member is told by the inbox, or has no account and hears it from them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from members.models import Member


def has_inbox(member: Member) -> bool:
    """Whether the member can open what is put into their inbox."""
    return member.user is not None and member.user.is_active


def after_yes(member: Member) -> str:
    """What is said after a yes."""
    return _("Disetujui. %s") % (_is_told(member) if has_inbox(member) else _tell_them(member))


def after_no(done: str, member: Member) -> str:
    """What is said after a no that has a reason: `Ditolak.` and who reads it."""
    reads = _("%(name)s membaca alasannya.") % {"name": member.name}
    return f"{done} {reads if has_inbox(member) else _tell_them(member)}"


def reason_hint(member: Member) -> str:
    """What stands under the field of the reason."""
    if has_inbox(member):
        return _("Akan dibaca oleh anggota.")
    return _("Anggota ini belum punya akun; sampaikan alasannya secara langsung.")


def _is_told(member: Member) -> str:
    return _("%(name)s diberi tahu.") % {"name": member.name}


def _tell_them(member: Member) -> str:
    return _("%(name)s belum punya akun; sampaikan secara langsung.") % {"name": member.name}
