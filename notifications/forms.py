"""The room's forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def _why_not(address: str) -> str:
    if not address:
        return _("Belum dapat dipilih: akun ini belum punya alamat e-mail.")
    return _("Belum dapat dipilih: alamat %s belum dikonfirmasi.") % address


def _what_to_do(address: str) -> str:
    return _("Konfirmasi alamat e-mail") if address else _("Tambahkan alamat e-mail")


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
        help_text=gettext_lazy("Hanya dengan persetujuan Anda di halaman Akun dan data saya."),
    )

    def __init__(self, *args: Any, address: str, is_proven: bool, **kwargs: Any) -> None:
        """`address` is the person's e-mail, empty where there is none; only a proven one can be chosen."""
        super().__init__(*args, **kwargs)
        self._wish = bool(self.initial.get("email"))
        self._is_proven = is_proven
        if not is_proven:
            self.initial["email"] = False
            self.fields["email"].disabled = True
            self.fields["email"].help_text = format_html(
                '{} <a href="{}">{}</a>', _why_not(address), reverse("account_email"), _what_to_do(address)
            )

    @property
    def wishes(self) -> dict[str, bool]:
        """What to keep; what could not be chosen stays as it was, so that it holds once the address is proven."""
        return {**self.cleaned_data, **({} if self._is_proven else {"email": self._wish})}
