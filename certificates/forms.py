"""Forms of the room."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from certificates.pdf_check import MAX_BYTES, is_pdf
from certificates.proofs import letters_of

_TOKEN = re.compile(r"(?:.*/verifikasi/)?([A-Za-z0-9_-]{22})(?:/(?:\?.*)?|\.json)?")

_DIGITS = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"[0-9\s]+|(?=.*[0-9])(?=.*[./-]).+", re.DOTALL)
LONGEST_RUN, LONGEST_NUMBER = 9, 60  # digits of a pattern's widest part; characters of what is stored


def _looks_like_a_number(text: str) -> bool:
    """Whether somebody may have meant a certificate's number: digits alone, or among the signs that part them."""
    return bool(_NUMBER.fullmatch(text)) and "://" not in text


def _spellings(number: str) -> list[str]:
    """The number, and the same with more or fewer zeros before one of its parts: 580/… is 0580/…"""
    found = {number}
    for run in _DIGITS.finditer(number) if len(number) <= LONGEST_NUMBER else ():
        bare, (start, end) = run[0].lstrip("0") or "0", run.span()
        found |= {number[:start] + bare.zfill(width) + number[end:] for width in range(1, LONGEST_RUN + 1)}
    return sorted(found)


class HolderField(forms.CharField):
    """The holder's name: needed beside a number, and neither asked for nor compared beside a code."""

    needed_when = _("perlu bila memakai nomor")


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
    name = HolderField(
        label=_("Nama pemegang"),
        max_length=100,
        required=False,
        help_text=_("Kode atau alamatnya cukup tanpa nama. Nomor perlu nama pemegang, seperti yang tercetak."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> None:
        """Ask for the name where the code is a number."""
        super().clean()
        code = self.cleaned_data.get("code", "")
        if _looks_like_a_number(code) and not self._token and not self.cleaned_data.get("name"):
            self.add_error("name", _("Nomor saja tidak cukup. Tulis juga nama pemegang seperti yang tercetak."))

    @property
    def _token(self) -> str:
        found = _TOKEN.fullmatch(self.cleaned_data["code"])
        return found[1] if found else ""

    def find(self) -> Certificate | None:
        """The certificate that the valid form describes."""
        if self._token:
            return Certificate.objects.filter(token=self._token).first()
        name = letters_of(self.cleaned_data["name"])
        if not name:
            return None
        number = "".join(self.cleaned_data["code"].upper().split())
        found = Certificate.objects.filter(number__in=_spellings(number))
        same = [one for one in found if letters_of(one.snapshot["name"]) == name]
        return next((one for one in same if one.number == number), same[0] if len(same) == 1 else None)


class FileForm(forms.Form):
    """A PDF to be looked at, by its bytes alone: neither its name nor what the browser calls it counts."""

    pdf = forms.FileField(
        label=_("Berkas PDF sertifikat"),
        help_text=_(
            "Pilih berkasnya, atau seret ke kotak ini. Paling besar 2 MB. Berkas hanya diperiksa, tidak disimpan."
        ),
        max_length=1000,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf", "class": "drop-zone"}),
        error_messages={
            "required": _("Pilih berkas PDF dulu."),
            "empty": _("Berkas ini kosong. Unduh lagi, lalu coba sekali lagi."),
        },
    )

    def clean_pdf(self) -> bytes:
        """The bytes of a PDF that is not too large."""
        upload = self.cleaned_data["pdf"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("Berkas lebih besar dari 2 MB, jadi bukan berkas asli dari kami."))
        content: bytes = upload.read()
        if not is_pdf(content):
            raise forms.ValidationError(_("Ini bukan berkas PDF. Untuk foto atau kertas, pakai kode QR atau nomornya."))
        return content


class SignedFileForm(FileForm):
    """The PDF that was signed elsewhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pdf"].label = _("PDF yang sudah ditandatangani")
        self.fields["pdf"].help_text = _("Hasil dari aplikasi BSrE, tanpa diubah lagi. Paling besar 2 MB.")

    def clean_pdf(self) -> bytes:
        """The bytes of a PDF that is not too large."""
        if self.cleaned_data["pdf"].size > MAX_BYTES:
            raise forms.ValidationError(_("Berkas lebih besar dari 2 MB. Kecilkan gambar tanda tangannya."))
        return super().clean_pdf()


class RevokeForm(forms.Form):
    """Why a certificate is declared void."""

    reason = forms.CharField(
        label=_("Alasan pencabutan"),
        max_length=500,
        help_text=_("Alasan ini tampil di halaman verifikasi. Jangan menulis nama orang atau data pribadi."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReissueForm(forms.Form):
    """Why a certificate is issued anew."""

    reason = forms.CharField(
        label=_("Alasan terbit ulang"),
        max_length=500,
        help_text=_(
            "Mis. Ejaan nama diperbaiki. Tampil di halaman verifikasi: jangan menulis nama orang atau data pribadi."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
