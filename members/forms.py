"""The room's forms; what was typed is never lost on an error, passwords excepted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from members.models import Member, Squad
from members.nik import NIK, NIKInvalid
from members.personal_data import PersonalData
from members.phones import PhoneInvalid, parse_phone
from regions.models import Region
from regions.scope import Scope
from regions.timezones import local_date
from regions.widgets import VillageField, VillageStepsMixin


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


class BirthDateInput(forms.DateInput):
    """The browser's own date picker; without one, a text in any of our date formats."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"autocomplete": "bday"})


class PersonForm(VillageStepsMixin):
    """What a person states about themselves."""

    name = forms.CharField(
        label=_("Nama lengkap"),
        max_length=100,
        help_text=_("Seperti di KTP, tanpa gelar."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Tulis nama lengkap.")},
    )
    nik = NIKField(
        label=_("NIK"),
        help_text=_("16 angka di KTP. Disimpan tersandi; setiap kali petugas membukanya dicatat."),
        error_messages={"required": _("Tulis 16 angka NIK di KTP.")},
    )
    birth_date = forms.DateField(
        label=_("Tanggal lahir"),
        widget=BirthDateInput(),
        error_messages={"required": _("Isi tanggal lahir."), "invalid": _("Tulis tanggal seperti 17/08/1985.")},
    )
    sex = forms.ChoiceField(
        label=_("Jenis kelamin"),
        choices=Member.Sex.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih salah satu.")},
    )
    phone = PhoneField(
        label=_("Nomor HP"),
        help_text=_("Untuk masuk dan dihubungi, misalnya 0812-3456-7890."),
        error_messages={"required": _("Tulis nomor HP.")},
    )
    village = VillageField(label=_("Desa atau kelurahan"), help_text=_("Tempat Anda menjadi anggota Linmas."))

    is_under_age = False
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
        self.is_under_age = Member(birth_date=born).age_on(today) < settings.MEMBER_MIN_AGE
        if born > today or born.year < today.year - 120:
            self.add_error("birth_date", _("Periksa tahun lahirnya."))
        elif self.is_under_age and not self.accepts_under_age():
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
        if scope != Scope.nation():
            villages = Region.objects.within(scope).active().filter(level=Region.Level.VILLAGE)
            only = villages.first() if len(scope.prefixes) == 1 and scope.prefixes[0].count(".") == 3 else None
            self.fields["village"] = forms.ModelChoiceField(
                villages,
                label=_("Desa atau kelurahan"),
                initial=only,
                error_messages={"invalid_choice": _("Desa ini di luar wilayah Anda.")},
            )

    def accepts_under_age(self) -> bool:
        """The officer's explicit exception."""
        return bool(self.cleaned_data.get("married"))

    @property
    def note(self) -> str:
        """What the record says about an exception."""
        return str(_("Di bawah usia minimum, sudah menikah.")) if self.is_under_age else ""


class ReasonForm(forms.Form):
    """A reason that the record keeps."""

    reason = forms.CharField(
        label=_("Alasan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tuliskan alasannya.")},
    )

    def __init__(self, *args: Any, label: str = "", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label or self.fields["reason"].label
        self.fields["reason"].help_text = hint


def _consent_words(since: datetime | None, village_code: str) -> str:
    if since is None:
        return str(_("Tidak diberikan."))
    return str(_("Diberikan %(day)s.")) % {"day": date_format(local_date(since, village_code))}


class VerifyForm(forms.Form):
    """What the village states when it accepts a registration; nothing is chosen beforehand.

    The day decides whether the member owes the running half a training, so a day filled in by us would be believed.
    """

    NEW, EARLIER = "new", "earlier"
    since = forms.ChoiceField(
        label=_("Sejak kapan menjadi anggota?"),
        choices=[(NEW, _("baru masuk hari ini")), (EARLIER, _("sudah lebih dahulu, sesuai SK"))],
        widget=forms.RadioSelect,
        help_text=_("Anggota baru belum wajib berlatih semester ini; anggota lama wajib."),
        error_messages={"required": _("Pilih salah satu.")},
    )
    joined_on = forms.DateField(
        label=_("Tanggal SK"),
        required=False,
        help_text=_("Isi bila ia sudah lebih dahulu menjadi anggota."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if member.joined_on:  # verified once before
            self.initial = {"since": self.EARLIER, "joined_on": member.joined_on}

    def clean(self) -> dict[str, Any]:
        """A day with those who came earlier; those who are new come today, whatever else is filled in."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("since") == self.EARLIER and not data.get("joined_on") and "joined_on" not in self.errors:
            self.add_error("joined_on", _("Isi tanggal SK-nya."))
        return data

    @property
    def day(self) -> date | None:
        """The day of the decree; None for today."""
        data = self.cleaned_data
        return data["joined_on"] if data["since"] == self.EARLIER else None


class ConsentForm(forms.Form):
    """The two optional consents."""

    whatsapp = forms.BooleanField(label=_("Terima pengingat lewat WhatsApp atau SMS"), required=False)
    photo = forms.BooleanField(label=_("Foto saya boleh dimuat di berita dan laporan"), required=False)

    def __init__(self, *args: Any, member: Member | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if member:
            for name, since in (("whatsapp", member.whatsapp_consent_at), ("photo", member.photo_consent_at)):
                self.initial[name] = since is not None
                self.fields[name].help_text = _consent_words(since, member.village_id)
