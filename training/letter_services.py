"""The letter of an exemption: put to it by who asked, opened by who decides and by the person, each look written down.

Health letters are specially protected (UU 27/2022): an officer who neither decides nor is the person never sees one.
"""

from __future__ import annotations

from functools import partial
from typing import IO
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from cms.private_files import delete_files, private_storage
from members.models import User
from training.errors import AlreadyDecided, LetterChanged, LetterClosed, LetterSeen, NotTheAsker, ReasonMissing
from training.evidence_files import clean_file
from training.exemption_services import may_decide_exemption
from training.models import Exemption, LetterAccess


def may_attach(*, exemption: Exemption, user: User) -> bool:
    """Whether the user asked for it, nobody has answered yet, and no officer has read the letter."""
    return exemption.is_waiting and exemption.asked_by_id == user.pk and not was_read(exemption)


def was_read(exemption: Exemption) -> bool:
    """Whether somebody other than the person themselves has opened the letter."""
    looks = exemption.letter_accesses.all()
    person = exemption.member.user_id
    return (looks.exclude(by=person) if person else looks).exists()


def attach_letter(*, exemption: Exemption, by: User, upload: IO[bytes]) -> Exemption:
    """Put a photo or PDF to a request that waits; another one takes its place until an officer has read it.

    Raises NotTheAsker, AlreadyDecided, LetterSeen, and FileRefused and its kind.
    """
    if exemption.asked_by_id != by.pk:
        raise NotTheAsker
    clean = clean_file(upload)  # slow, so outside of the transaction
    name = private_storage().save(f"letters/{uuid4().hex}.{clean.ending}", ContentFile(clean.data))
    try:
        with transaction.atomic():
            stored = _locked(exemption)
            if not stored.is_waiting:
                raise AlreadyDecided
            if was_read(stored):
                raise LetterSeen
            before, stored.letter = stored.letter.name, name
            stored.save(update_fields=["letter"])
            if before:
                transaction.on_commit(partial(delete_files, [before]))
    except BaseException:
        delete_files([name])
        raise
    return stored


def _locked(exemption: Exemption) -> Exemption:
    """The row as it stands, so that a letter is either read or replaced, and never one while the other."""
    stored = Exemption.objects.select_for_update(of=("self",)).select_related("member")
    return stored.get(pk=exemption.pk)


@transaction.atomic
def open_letter(*, exemption: Exemption, by: User, reason: str = "") -> LetterAccess:
    """Write down a look at the letter as `exemption` has it, and with it allow it.

    The person themselves need no reason. Raises LetterClosed, ReasonMissing and LetterChanged.
    """
    if exemption.member.user_id == by.pk:
        reason = _("Membuka surat sendiri.")
    elif not may_decide_exemption(exemption=exemption, user=by):
        raise LetterClosed
    if not reason.strip():
        raise ReasonMissing
    if _locked(exemption).letter.name != exemption.letter.name:
        raise LetterChanged
    return LetterAccess.objects.create(exemption=exemption, by=by, reason=reason.strip())
