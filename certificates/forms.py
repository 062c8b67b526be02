"""Forms of the room."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate

_TOKEN = re.compile(r"(?:.*/verifikasi/)?([A-Za-z0-9_-]{22})(?:/|\.json)?")


def _same_name(name: str) -> str:
    """A name without the differences that a typist makes: case, spaces, kinds of apostrophe."""
    return re.sub(r"[’‘`´]", "'", " ".join(name.casefold().split()))


class VerifyForm(forms.Form):
    """Finds one certificate from what stands on it.

    The code is 128 random bits and is enough; numbers can be guessed, so a number needs the holder's name too:
    this form must not tell a stranger who holds number 0001.
    """

    code = forms.CharField(
        label=_("Kode, alamat verifikasi, atau nomor sertifikat"),
        max_length=300,
        help_text=_("Salin dari sertifikat, di samping kode QR."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Nama pemegang"),
        max_length=100,
        required=False,
        help_text=_("Diisi hanya bila Anda memakai nomor sertifikat. Tulis seperti yang tercetak."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> None:
        """Ask for the name where the code is a number."""
        super().clean()
        if "code" in self.cleaned_data and not self._token and not self.cleaned_data.get("name"):
            self.add_error("name", _("Isi nama pemegang seperti yang tercetak pada sertifikat."))

    @property
    def _token(self) -> str:
        found = _TOKEN.fullmatch(self.cleaned_data["code"])
        return found[1] if found else ""

    def find(self) -> Certificate | None:
        """The certificate that the valid form describes."""
        if self._token:
            return Certificate.objects.filter(token=self._token).first()
        number = "".join(self.cleaned_data["code"].upper().split())
        found = Certificate.objects.filter(number=number).first()
        same = found and _same_name(found.snapshot["name"]) == _same_name(self.cleaned_data["name"])
        return found if same else None


class RevokeForm(forms.Form):
    """Why a certificate is declared void."""

    reason = forms.CharField(
        label=_("Alasan pencabutan"),
        max_length=500,
        help_text=_("Alasan ini tampil di halaman verifikasi. Jangan menulis nama orang atau data pribadi."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
