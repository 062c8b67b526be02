"""The room's forms; what was typed is never lost on an error, passwords excepted."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Member, Squad, User
from members.nik import NIK, NIKInvalid
from members.phones import PhoneInvalid, parse_phone
from members.services import PersonalData, register_member
from regions.models import Region
from regions.scope import Scope
from regions.timezones import local_date

VILLAGE_CODE_LENGTH = 13  # PP.KK.CC.DDDD


class NIKField(forms.CharField):
    """A NIK as 16 digits, typed with or without separators."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "24"})

    def clean(self, value: Any) -> str:
        """The digits, or words on how to mend it."""
        text = super().clean(value)
        try:
            return NIK.parse(text).digits if text else ""
        except NIKInvalid as error:
            raise forms.ValidationError(str(error)) from error


class PhoneField(forms.CharField):
    """A mobile number in E.164, typed any way people write it."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "maxlength": "24"})

    def clean(self, value: Any) -> str:
        """The number, or words on how to mend it."""
        text = super().clean(value)
        try:
            return parse_phone(text) if text else ""
        except PhoneInvalid as error:
            raise forms.ValidationError(str(error)) from error


class VillageField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A village by its code."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Region.objects.active().filter(level=Region.Level.VILLAGE), **kwargs)


class BirthDateInput(forms.DateInput):
    """The browser's own date picker; without one, a text in any of our date formats."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "bday"})


class PersonForm(forms.Form):
    """What a person states about themselves."""

    name = forms.CharField(
        label=_("Nama lengkap"),
        max_length=100,
        help_text=_("Seperti di KTP, tanpa gelar."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    nik = NIKField(
        label=_("NIK"),
        help_text=_("16 angka di KTP. Disimpan tersandi; setiap kali petugas membukanya dicatat."),
    )
    birth_date = forms.DateField(label=_("Tanggal lahir"), widget=BirthDateInput())
    sex = forms.ChoiceField(label=_("Jenis kelamin"), choices=Member.Sex.choices, widget=forms.RadioSelect)
    phone = PhoneField(label=_("Nomor HP"), help_text=_("Untuk masuk dan dihubungi, misalnya 0812-3456-7890."))
    village = VillageField(label=_("Desa atau kelurahan"), help_text=_("Tempat Anda menjadi anggota Linmas."))

    under_age_message = _(
        "Anggota Linmas berusia paling sedikit %(years)s tahun. Bila sudah menikah, minta aparat desa mendaftarkan."
    )

    def clean_name(self) -> str:
        """One space between words."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        """Refuse who is too young, on the village's own calendar."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        born: date | None = data.get("birth_date")
        village: Region | None = data.get("village")
        if born is None:
            return data
        today = local_date(timezone.now(), village.pk if village else "00")
        if born > today or born.year < today.year - 120:
            self.add_error("birth_date", _("Periksa tahun lahirnya."))
        elif Member(birth_date=born).age_on(today) < settings.MEMBER_MIN_AGE and not self.accepts_under_age():
            self.add_error(
                "birth_date",
                forms.ValidationError(self.under_age_message, params={"years": settings.MEMBER_MIN_AGE}),
            )
        return data

    def accepts_under_age(self) -> bool:
        """Whether somebody takes responsibility for a person under the minimum age."""
        return False

    def personal_data(self) -> PersonalData:
        """The valid form as the services take it."""
        names = ("name", "nik", "birth_date", "sex", "phone", "village", "squad")
        return PersonalData(**{name: self.cleaned_data[name] for name in names if name in self.cleaned_data})


class RegisterForm(PersonForm, AllauthSignupForm):
    """Registration by the person: their data, an optional e-mail, a password, consent for the optional parts."""

    whatsapp_consent = forms.BooleanField(
        label=_("Saya mau menerima pengingat lewat WhatsApp"), required=False, help_text=_("Boleh dicabut kapan saja.")
    )
    photo_consent = forms.BooleanField(
        label=_("Foto saya boleh dimuat di berita dan laporan"),
        required=False,
        help_text=_("Boleh dicabut kapan saja."),
    )
    field_order = [
        *("name", "nik", "birth_date", "sex", "phone", "village", "email"),
        *("password1", "password2", "whatsapp_consent", "photo_consent"),
    ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].help_text = _("Bila punya: untuk mengatur ulang kata sandi sendiri.")
        self.fields["password1"].help_text = _("Paling sedikit 8 huruf atau angka, jangan angka semua.")
        for name in ("email", "password1", "password2"):
            self.fields[name].widget.attrs.pop("placeholder", None)

    @property
    def groups(self) -> list[tuple[Any, Any, list[forms.BoundField]]]:
        """The fields under headings: title, lead, fields."""
        person = ("name", "nik", "birth_date", "sex", "phone", "village")
        consents = ("whatsapp_consent", "photo_consent")
        return [
            (_("Data diri"), "", [self[name] for name in person]),
            (_("Kata sandi"), "", [self[name] for name in ("password1", "password2", "email")]),
            (_("Persetujuan"), _("Boleh dilewati."), [self[name] for name in consents]),
        ]

    def clean_email(self) -> str:
        """Lower case; unlike allauth's, it never tells that an address is taken."""
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest) -> User | None:
        """Store the registration; allauth then opens the session for the account."""
        data = self.cleaned_data
        member = register_member(
            data=self.personal_data(),
            email=data["email"],
            password=data["password1"],
            whatsapp_consent=data["whatsapp_consent"],
            photo_consent=data["photo_consent"],
        )
        return member.user


class CorrectForm(PersonForm):
    """A refused person's correction; their NIK is not shown again, and an empty one keeps it."""

    nik = NIKField(
        label=_("NIK"), required=False, help_text=_("Kosongkan bila sudah benar. Bila salah, tulis 16 angka di KTP.")
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        self.member = member
        super().__init__(*args, **kwargs)

    def clean_nik(self) -> str:
        """What was typed, or the NIK as it is."""
        kept = self.member.nik
        digits: str = self.cleaned_data["nik"] or (kept.digits if kept else "")
        if not digits:
            raise forms.ValidationError(_("Tulis 16 angka NIK di KTP."))
        return digits


class PaperForm(PersonForm):
    """A village officer's registration of somebody who applied on paper."""

    phone = PhoneField(label=_("Nomor HP"), required=False)
    squad = forms.ModelChoiceField(
        Squad.objects.all(), label=_("Regu"), required=False, empty_label=_("Belum ditentukan")
    )
    married = forms.BooleanField(
        label=_("Belum cukup umur, tetapi sudah menikah"),
        required=False,
        help_text=_("Hanya untuk anggota di bawah usia minimum. Pengecualian ini dicatat atas nama Anda."),
    )
    under_age_message = _(
        "Anggota Linmas berusia paling sedikit %(years)s tahun. Bila sudah menikah, centang pengecualian di bawah."
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        if len(scope.prefixes) == 1 and len(scope.prefixes[0]) == VILLAGE_CODE_LENGTH:
            self.fields["village"].disabled = True  # an officer of one village registers for that one
            self.fields["village"].initial = scope.prefixes[0]

    def clean_village(self) -> Region:
        """A village that the officer answers for."""
        village: Region = self.cleaned_data["village"]
        if not self.scope.covers(village.pk):
            raise forms.ValidationError(_("Desa ini di luar wilayah Anda."))
        return village

    def accepts_under_age(self) -> bool:
        """The officer's explicit exception."""
        return bool(self.cleaned_data.get("married"))

    @property
    def note(self) -> str:
        """What the record says about an exception."""
        return str(_("Di bawah usia minimum, sudah menikah.")) if self.accepts_under_age() else ""


class ReasonForm(forms.Form):
    """A reason that the record keeps."""

    reason = forms.CharField(label=_("Alasan"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: str = "", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label or self.fields["reason"].label
        self.fields["reason"].help_text = hint


class ConsentForm(forms.Form):
    """The two optional consents."""

    whatsapp = forms.BooleanField(label=_("Terima pengingat lewat WhatsApp"), required=False)
    photo = forms.BooleanField(label=_("Foto saya boleh dimuat di berita dan laporan"), required=False)


class LoginForm(AllauthLoginForm):
    """allauth's form with one field for a phone, an e-mail or a membership number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Nomor HP, e-mail atau nomor anggota"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        )
        self.fields["password"].label = _("Kata sandi")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["remember"].label = _("Tetap masuk di perangkat ini")
        self.fields["remember"].initial = True
        self.order_fields(["login", "password", "remember"])

    def user_credentials(self) -> dict[str, str]:
        """Exactly one identifier, in the one spelling under which it is stored and its failures are counted."""
        login, password = self.cleaned_data["login"], self.cleaned_data["password"]
        try:
            return {"phone": parse_phone(login), "password": password}
        except PhoneInvalid:
            pass
        if "@" in login:
            return {"email": login.lower(), "password": password}
        digits = re.sub(r"[\s.\-]", "", login)
        return {"username": digits if digits.isdecimal() else login, "password": password}
