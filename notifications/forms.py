"""The room's forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
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

    def __init__(self, *args: Any, address: str, is_proven: bool, **kwargs: Any) -> None:
        """`address` is the person's e-mail, empty where there is none; only a proven one can be chosen."""
        super().__init__(*args, **kwargs)
        self._wish = bool(self.initial.get("email"))
        self._is_proven = is_proven
        if not is_proven:
            self.initial["email"] = False
            self.fields["email"].disabled = True
            text = _("Belum dapat dipilih: alamat %s belum dikonfirmasi.") % address if address else ""
            text = text or _("Belum dapat dipilih: akun ini belum punya alamat e-mail.")
            link = _("Konfirmasi alamat e-mail") if address else _("Tambahkan alamat e-mail")
            self.fields["email"].help_text = format_html('{} <a href="{}">{}</a>', text, reverse("account_email"), link)

    @property
    def wishes(self) -> dict[str, bool]:
        """What to keep; what could not be chosen stays as it was, so that it holds once the address is proven."""
        return {**self.cleaned_data, **({} if self._is_proven else {"email": self._wish})}
