"""The room's forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Member


def email_barrier(address: str, *, is_proven: bool) -> str:
    """Why e-mail cannot be chosen, and what to do; empty where it can. `address` is empty where there is none."""
    if not address:
        why, what = _("Belum dapat dipilih: akun ini belum punya alamat e-mail."), _("Tambahkan alamat e-mail")
    elif not is_proven:
        why = _("Belum dapat dipilih: alamat %s belum dikonfirmasi.") % address
        what = _("Konfirmasi alamat e-mail")
    else:
        return ""
    return format_html('{} <a href="{}">{}</a>', why, reverse("account_email"), what)


def whatsapp_barrier(member: Member | None) -> str:
    """Why WhatsApp and SMS cannot be chosen, and what to do; empty where they can."""
    if member is None:
        return _("Hanya untuk anggota Linmas yang menyetujuinya.")
    if member.whatsapp_consent_at is None:
        why, what = _("Belum dapat dipilih: Anda belum menyetujuinya."), _("Beri persetujuan")
        return format_html('{} <a href="{}#persetujuan">{}</a>', why, reverse("members:account"), what)
    if not member.phone:
        return _("Belum dapat dipilih: nomor HP Anda belum tercatat. Beri tahu aparat desa Anda.")
    return ""


class ChannelForm(forms.Form):
    """By which channels somebody wants to be told."""

    email = forms.BooleanField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Hanya ke alamat yang sudah Anda konfirmasi."),
    )
    whatsapp = forms.BooleanField(
        label=gettext_lazy("WhatsApp atau SMS"),
        required=False,
        help_text=gettext_lazy("Dengan persetujuan yang Anda berikan di halaman Akun dan data saya."),
    )

    def __init__(self, *args: Any, barriers: Mapping[str, str], **kwargs: Any) -> None:
        """`barriers` says of each channel why it cannot be chosen, empty where it can."""
        super().__init__(*args, **kwargs)
        self._kept: dict[str, bool] = {}
        for name, barrier in barriers.items():
            if barrier:
                self._kept[name] = bool(self.initial.get(name))
                self.initial[name] = False
                self.fields[name].disabled = True
                self.fields[name].help_text = barrier

    @property
    def wishes(self) -> dict[str, bool]:
        """What to keep; what could not be chosen stays as it was, so that it holds once nothing is in its way."""
        return {**self.cleaned_data, **self._kept}
