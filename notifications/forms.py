"""The room's forms."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ChannelForm(forms.Form):
    """By which channels somebody wants to be told."""

    email = forms.BooleanField(
        label=_("E-mail"), required=False, help_text=_("Hanya ke alamat yang sudah Anda konfirmasi.")
    )
    whatsapp = forms.BooleanField(
        label=_("WhatsApp atau SMS"),
        required=False,
        help_text=_("Hanya dengan persetujuan Anda di halaman Akun dan data saya."),
    )
